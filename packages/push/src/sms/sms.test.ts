import { EncodeError, MalformedError } from '@grove/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  isEightBit,
  Reassembly,
  readUserData,
  SMS_SOURCE_PORT,
  segment,
  USER_DATA_OCTETS,
  type UserData,
  writeUserData,
} from './index.ts';

const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text.replace(/\s/g, ''), 'hex'));
const toHex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex').toUpperCase();
const numbered = (length: number): Uint8Array => Uint8Array.from({ length }, (_, at) => at % 251);
const ports = { destination: 2948, source: SMS_SOURCE_PORT };
const route = { from: '+441632960001', to: '+441632960002' };
const settings = { ports, reference: 0xa7, wide: false, most: 255 };

describe('user data', () => {
  it('of one part have the header of the example of the standard, and room for 133 bytes', () => {
    const [only, ...none] = segment(numbered(133), settings);
    expect(toHex(only?.subarray(0, 7) ?? hex(''))).toBe('0605040B84C002');
    expect(only).toHaveLength(USER_DATA_OCTETS);
    expect(none).toEqual([]);
  });

  it.each([
    [false, 128, '0B05040B84C0020003A7'],
    [true, 127, '0C05040B84C002080400A7'],
  ])('of several parts (reference wide: %s) have room for %i bytes each', (wide, room, header) => {
    const parts = segment(numbered(2 * room + 1), { ...settings, wide });
    expect(parts.map((part) => toHex(part.subarray(0, 140 - room)))).toEqual(
      [1, 2, 3].map((sequence) => `${header}030${sequence}`),
    );
    expect(parts.map((part) => part.length)).toEqual([140, 140, 140 - room + 1]);
  });

  it('are not made of more parts than there may be', () => {
    expect(() => segment(numbered(16 * 128 + 1), { ...settings, most: 16 })).toThrow(
      new EncodeError('2049 bytes need 17 short messages; expected at most 16, which hold 2048'),
    );
    expect(() => segment(numbered(256 * 128), { ...settings, most: 1000 })).toThrow('at most 255');
    expect(() => segment(numbered(300), { ...settings, reference: 256 })).toThrow(EncodeError);
  });

  it('tell ports and parts among elements that are not known, and pass over what means nothing', () => {
    const read = readUserData(
      hex('1B 24 01 03 05 04 0B84 23F0 00 03 01 02 03 08 04 0102 05 04 70 02 AA BB 05 01 00 2A'),
    );
    expect(read).toMatchObject({
      ports: { destination: 2948, source: 9200 },
      part: { reference: 0x102, total: 5, sequence: 4, wide: true },
      data: Uint8Array.of(0x2a),
      remarks: [
        'element 0x24 was passed over: it is not known (at byte 1)',
        'element 0x00 was passed over: it says part 3 of 2 (at byte 10)',
        'element 0x70 was passed over: it is not known (at byte 21)',
        'element 0x05 was passed over: it has 1 bytes, expected 4 (at byte 25)',
      ],
    });
    expect(readUserData(hex('04 04 02 E2 23 01')).ports).toEqual({ destination: 0xe2, source: 0x23 });
  });

  it('come back as they were made', () => {
    const number16 = fc.nat({ max: 0xffff });
    const userData: fc.Arbitrary<UserData> = fc
      .record({
        ports: fc.option(fc.record({ destination: number16, source: number16 }), { nil: undefined }),
        part: fc.option(
          fc
            .tuple(number16, fc.integer({ min: 1, max: 255 }), fc.nat(), fc.boolean())
            .map(([reference, total, sequence, wide]) => ({
              reference: wide ? reference : reference & 0xff,
              total,
              sequence: (sequence % total) + 1,
              wide,
            })),
          { nil: undefined },
        ),
        data: fc.uint8Array({ maxLength: 140 }),
      })
      .map(({ ports, part, data }) => ({ ...(ports && { ports }), ...(part && { part }), data }));
    fc.assert(
      fc.property(userData, (made) => {
        const { remarks, layout, ...read } = readUserData(writeUserData(made));
        expect(read).toEqual(made);
        expect(remarks).toEqual([]);
        expect(layout.at(0)?.at).toBe(0);
      }),
    );
  });

  it('of any origin are read or refused', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        try {
          readUserData(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(MalformedError);
        }
      }),
    );
    expect(() => readUserData(hex('06 05 04 0B84'))).toThrow(
      'the header ends early: expected 6 bytes, found 4',
    );
    expect(() => readUserData(hex('03 05 04 0B 84'))).toThrow(
      'element 0x05 ends early: expected 4 bytes, found 1',
    );
  });

  it.each([
    [0x04, true],
    [0x02, true],
    [0xf5, true],
    [0xf4, true],
    [0x15, true],
    [0x44, true],
    [0x00, false],
    [0x03, false],
    [0x08, false],
    [0xf1, false],
    [0xc4, false],
  ])('with data coding 0x%x are of 8 bits: %s', (dataCoding, expected) => {
    expect(isEightBit(dataCoding)).toBe(expected);
  });
});

describe('reassembly', () => {
  const limits = { patience: 1000, messages: 100, messagesOfRoute: 8, bytes: 1_000_000 };
  const partsOf = (data: Uint8Array, reference: number): UserData[] =>
    segment(data, { ...settings, reference }).map(readUserData);

  it('gives each message once, whatever the order of its parts and however often they come', () => {
    const message = fc.tuple(fc.integer({ min: 134, max: 700 }), fc.nat({ max: 255 }), fc.nat({ max: 2 }));
    const messages = fc.uniqueArray(message, {
      minLength: 1,
      maxLength: 4,
      selector: ([, reference, from]) => `${reference} ${from}`,
    });
    fc.assert(
      fc.property(messages, fc.infiniteStream(fc.nat()), (made, random) => {
        const sent = made.flatMap(([length, reference, from]) => {
          const data = Uint8Array.from({ length }, (_, at) => (at * 7 + reference + from) % 256);
          return partsOf(data, reference).flatMap((userData) =>
            Array.from({ length: 1 + ((random.next().value ?? 0) % 3) }, () => ({
              route: { ...route, from: `+${from}` },
              userData,
              data,
              place: random.next().value ?? 0,
            })),
          );
        });
        sent.sort((one, other) => one.place - other.place);
        const reassembly = new Reassembly(limits);
        const whole = sent.flatMap(({ route, userData, data }) => {
          const { taken, lost } = reassembly.take(route, userData, 0);
          expect(lost).toEqual([]);
          if (taken.kind !== 'whole') return [];
          expect(taken).toMatchObject({ data, ports });
          return [taken.id];
        });
        expect(new Set(whole).size).toBe(made.length);
        expect(whole).toHaveLength(made.length);
      }),
    );
  });

  it('gives a message of one part each time, as nothing tells it from another one', () => {
    const reassembly = new Reassembly(limits);
    const one = readUserData(writeUserData({ ports, data: Uint8Array.of(1) }));
    for (let time = 0; time < 2; time++) {
      expect(reassembly.take(route, one, 0).taken).toEqual({ kind: 'whole', ports, data: Uint8Array.of(1) });
    }
    expect(reassembly.nextExpiry).toBeUndefined();
  });

  it('gives up on a message whose parts do not come in time, and on no other', () => {
    const reassembly = new Reassembly(limits);
    const [first, second] = partsOf(numbered(200), 1);
    const [other] = partsOf(numbered(200), 2);
    expect(first && reassembly.take(route, first, 0).taken).toEqual({
      kind: 'waiting',
      id: 1,
      found: 1,
      total: 2,
    });
    expect(other && reassembly.take(route, other, 500).taken.kind).toBe('waiting');
    expect(reassembly.nextExpiry).toBe(1000);
    expect(reassembly.expire(999)).toEqual([]);
    expect(reassembly.expire(1000)).toEqual([{ id: 1, route, found: 1, total: 2, why: 'too late' }]);
    expect(second && reassembly.take(route, second, 1001).taken).toMatchObject({ kind: 'waiting', found: 1 });
    expect(reassembly.nextExpiry).toBe(1500);
  });

  it('takes another message with the reference of a whole one, also when they have parts in common', () => {
    const reassembly = new Reassembly(limits);
    const data = numbered(300);
    const changed = data.slice();
    changed[299] = 255;
    const give = (parts: UserData[]): string[] =>
      parts.map((part) => reassembly.take(route, part, 0).taken.kind);
    expect(give(partsOf(data, 9))).toEqual(['waiting', 'waiting', 'whole']);
    expect(give(partsOf(changed, 9))).toEqual(['duplicate', 'duplicate', 'whole']);
  });

  it('drops a message without hope when its reference is used again, and says so', () => {
    const reassembly = new Reassembly(limits);
    const [first] = partsOf(numbered(200), 9);
    const [another] = partsOf(numbered(200).fill(7), 9);
    if (first) reassembly.take(route, first, 0);
    expect(another && reassembly.take(route, another, 0)).toEqual({
      taken: { kind: 'waiting', id: 2, found: 1, total: 2 },
      lost: [{ id: 1, route, found: 1, total: 2, why: 'another message has its reference' }],
    });
  });

  it('keeps messages with other totals, ports, routes or widths of reference apart', () => {
    const reassembly = new Reassembly(limits);
    const part = { reference: 1, total: 2, sequence: 1, wide: false };
    const data = Uint8Array.of(1);
    const others: [typeof route, UserData][] = [
      [route, { ports, part, data }],
      [route, { ports, part: { ...part, total: 3, sequence: 2 }, data }],
      [route, { ports, part: { ...part, sequence: 2, wide: true }, data }],
      [route, { part: { ...part, sequence: 2 }, data }],
      [
        { ...route, to: '+1' },
        { ports, part: { ...part, sequence: 2 }, data },
      ],
    ];
    for (const [way, userData] of others) {
      expect(reassembly.take(way, userData, 0).taken).toMatchObject({ kind: 'waiting', found: 1 });
    }
  });

  it('gives a message again that was forgotten because it could not be stored', () => {
    const reassembly = new Reassembly(limits);
    const parts = partsOf(numbered(200), 1);
    const whole = parts.map((part) => reassembly.take(route, part, 0).taken).at(-1);
    if (whole?.kind === 'whole' && whole.id !== undefined) reassembly.forget(whole.id);
    expect(parts.map((part) => reassembly.take(route, part, 0).taken.kind)).toEqual(['waiting', 'whole']);
  });

  it('keeps to its bounds whatever is sent, and a flood does not push out the message of another sender', () => {
    const reassembly = new Reassembly({ patience: 1e6, messages: 20, messagesOfRoute: 4, bytes: 2000 });
    const [first, second] = partsOf(numbered(200), 1);
    const calm = { from: 'calm', to: 'me' };
    if (first) reassembly.take(calm, first, 0);
    const lost = Array.from({ length: 300 }, (_, reference) =>
      reassembly.take(
        { from: `flood ${reference % 3}`, to: 'me' },
        { part: { reference, total: 200, sequence: 1, wide: true }, data: numbered(100) },
        0,
      ),
    ).flatMap(({ lost }) => lost);
    expect(lost).toHaveLength(300 - 12);
    expect(lost.every(({ why }) => why === 'too many messages')).toBe(true);
    expect(second && reassembly.take(calm, second, 0).taken.kind).toBe('whole');
  });

  it('gives up on one message that is larger than all that may be kept', () => {
    const reassembly = new Reassembly({ ...limits, bytes: 300 });
    const taken = [1, 2, 3, 4].map((sequence) =>
      reassembly.take(
        route,
        { part: { reference: 1, total: 9, sequence, wide: false }, data: numbered(100) },
        0,
      ),
    );
    expect(taken.map(({ lost }) => lost.length)).toEqual([0, 0, 0, 1]);
    expect(reassembly.nextExpiry).toBeUndefined();
  });
});
