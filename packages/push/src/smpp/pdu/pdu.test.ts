import fc from 'fast-check';
import smpp from 'smpp';
import { expect, test } from 'vitest';
import {
  absoluteTime,
  decodePdu,
  encodePdu,
  type MessageFields,
  PLAIN_MESSAGE,
  readTime,
  relativeTime,
  STATUS,
  STATUSES,
} from './index.ts';

const word = (most: number) =>
  fc.string({
    unit: fc.integer({ min: 1, max: 255 }).map((code) => String.fromCharCode(code)),
    maxLength: most,
  });
const byte = fc.integer({ min: 0, max: 255 });

const message: fc.Arbitrary<MessageFields> = fc.record(
  {
    service_type: word(5),
    source_addr_ton: byte,
    source_addr_npi: byte,
    source_addr: word(20),
    dest_addr_ton: byte,
    dest_addr_npi: byte,
    destination_addr: word(20),
    esm_class: byte,
    protocol_id: byte,
    priority_flag: byte,
    schedule_delivery_time: word(16),
    validity_period: word(16),
    registered_delivery: byte,
    replace_if_present_flag: byte,
    data_coding: byte,
    sm_default_msg_id: byte,
    short_message: fc.uint8Array({ maxLength: 254 }),
    message_payload: fc.uint8Array({ maxLength: 2000 }),
    receipted_message_id: word(64),
    message_state: byte,
    network_error_code: fc.uint8Array({ minLength: 3, maxLength: 3 }),
  },
  { requiredKeys: Object.keys(PLAIN_MESSAGE) as (keyof MessageFields)[] },
);

test('what is written is read as it was, whatever the bytes and their coding', () => {
  fc.assert(
    fc.property(message, fc.integer({ min: 1, max: 0x7fffffff }), (fields, sequence) => {
      const read = decodePdu(encodePdu('deliver_sm', sequence, 0, fields));
      if (read.command !== 'deliver_sm') throw new Error(`read as ${read.command}`);
      expect(read.sequence).toBe(sequence);
      for (const [name, value] of Object.entries(fields)) {
        const field = read.fields[name as keyof MessageFields];
        if (value instanceof Uint8Array) expect(Buffer.compare(Buffer.from(field as Buffer), value)).toBe(0);
        else expect(field).toBe(value);
      }
    }),
  );
});

test('a PDU that was cut or changed is read or refused by its sequence number, never thrown', () => {
  fc.assert(
    fc.property(
      message,
      fc.array(fc.tuple(fc.nat(), byte), { maxLength: 8 }),
      fc.nat(),
      (fields, changes, cut) => {
        const bytes = encodePdu('submit_sm', 77, 0, fields);
        for (const [at, value] of changes) bytes[16 + (at % (bytes.length - 16))] = value;
        const left = bytes.subarray(0, 16 + (cut % (bytes.length - 15)));
        left.writeUInt32BE(left.length, 0);
        expect(decodePdu(left).sequence).toBe(77);
      },
    ),
    { numRuns: 1000 },
  );
});

test('random bytes behind a header are read or refused', () => {
  const ids = fc.constantFrom(
    1,
    2,
    3,
    4,
    5,
    6,
    8,
    9,
    0xb,
    0x15,
    0x21,
    0x103,
    0x80000004,
    0x80000000,
    0xffffffff,
  );
  fc.assert(
    fc.property(ids, fc.uint8Array({ maxLength: 400 }), (id, body) => {
      const bytes = Buffer.concat([Buffer.alloc(16), body]);
      bytes.writeUInt32BE(bytes.length, 0);
      bytes.writeUInt32BE(id, 4);
      bytes.writeUInt32BE(5, 12);
      expect(decodePdu(bytes).sequence).toBe(5);
    }),
    { numRuns: 1000 },
  );
});

test('a message that is shorter than it says is refused', () => {
  const bytes = encodePdu('deliver_sm', 3, 0, { ...PLAIN_MESSAGE, short_message: new Uint8Array(50) });
  const cut = bytes.subarray(0, bytes.length - 10);
  cut.writeUInt32BE(cut.length, 0);
  expect(decodePdu(cut)).toMatchObject({
    command: 'bad',
    status: STATUS.ESME_RINVCMDLEN,
    sequence: 3,
    text: 'deliver_sm 3: short_message has 50 bytes, 40 are possible',
  });
});

test('a receipted_message_id is read with and without its zero', () => {
  const bytes = encodePdu('deliver_sm', 1, 0, { ...PLAIN_MESSAGE, receipted_message_id: 'abc' });
  expect(decodePdu(bytes)).toMatchObject({ fields: { receipted_message_id: 'abc' } });
  const bare = bytes.subarray(0, bytes.length - 1);
  bare.writeUInt32BE(bare.length, 0);
  bare.writeUInt16BE(3, bare.length - 5);
  expect(decodePdu(bare)).toMatchObject({ fields: { receipted_message_id: 'abc' } });
});

test('a text that is too long or has a zero in it is not written', () => {
  expect(() => encodePdu('submit_sm', 1, 0, { ...PLAIN_MESSAGE, source_addr: 'x'.repeat(21) })).toThrow(
    'source_addr',
  );
  expect(() => encodePdu('submit_sm', 1, 0, { ...PLAIN_MESSAGE, source_addr: 'a\0b' })).toThrow(
    'source_addr',
  );
});

test('statuses have the codes that the library knows them by', () => {
  // Optional parameters were given other names in SMPP 5.
  const renamed = [0xc0, 0xc1, 0xc2, 0xc3, 0xc4];
  const ours = STATUSES.filter(({ code }) => !renamed.includes(code));
  const theirs = Object.entries(smpp.errors).filter(([, code]) => code <= 0xff && !renamed.includes(code));
  expect(ours.map(({ name, code }) => [name, code]).sort()).toEqual(theirs.sort());
});

test('a data_sm is read', () => {
  const fields = { ...PLAIN_MESSAGE, message_payload: new Uint8Array(300), registered_delivery: 1 };
  const read = decodePdu(encodePdu('data_sm', 1, 0, fields));
  expect(read).toMatchObject({ command: 'data_sm', fields: { registered_delivery: 1 } });
});

test('times', () => {
  const now = Date.UTC(2026, 10, 21, 12, 0, 0);
  expect(relativeTime(90_061_000)).toBe('000001010101000R');
  expect(relativeTime(0)).toBe('000000000001000R');
  expect(readTime('000001010101000R', now)).toBe(now + 90_061_000);
  expect(absoluteTime(now)).toBe('261121120000000+');
  expect(readTime('261121130000004+', now)).toBe(now);
  expect(readTime('261121110000004-', now)).toBe(now);
  expect(readTime('tomorrow', now)).toBeUndefined();
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 31 * 86_400 }), (seconds) => {
      expect(readTime(relativeTime(seconds * 1000), now)).toBe(now + seconds * 1000);
    }),
  );
});
