import { connect, createServer, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { decodePdu, encodePdu, type MessageFields, type Pdu, PLAIN_MESSAGE, STATUS } from '../pdu/index.ts';
import { isReceipt, readReceipt } from '../receipts/index.ts';
import { type SmscEvent, type SmscOptions, startSmsc } from '../smsc/index.ts';
import { type Esme, type EsmeMeans, type EsmeSettings, openEsme } from './index.ts';

const opened: { close(): Promise<unknown> | unknown }[] = [];
afterEach(async () => {
  for (const each of opened.splice(0).reverse()) await each.close();
});

/** Lets others await what something has told. */
function teller<T>() {
  const told: T[] = [];
  const waiting = new Set<() => void>();
  return {
    told,
    tell(item: T) {
      told.push(item);
      for (const wake of waiting) wake();
    },
    async until<Found>(find: (told: readonly T[]) => Found | undefined | false): Promise<Found> {
      for (;;) {
        const found = find(told);
        if (found !== undefined && found !== false) return found;
        await new Promise<void>((resolve) => {
          const wake = () => {
            waiting.delete(wake);
            resolve();
          };
          waiting.add(wake);
        });
      }
    },
  };
}

async function smsc(options: Partial<SmscOptions> = {}) {
  const events = teller<SmscEvent>();
  const centre = await startSmsc({ port: 0, now: Date.now, onEvent: events.tell, ...options });
  opened.push(centre);
  return { centre, events };
}

function esme(port: number, settings: Partial<EsmeSettings> = {}, means: Partial<EsmeMeans> = {}) {
  const messages = teller<MessageFields>();
  const lines = teller<string>();
  const session: Esme = openEsme(
    {
      host: '127.0.0.1',
      port,
      bindAs: 'transceiver',
      systemId: 'gateway',
      password: 'secret',
      reconnect: { first: 5, most: 20 },
      throttled: { first: 5, most: 20 },
      ...settings,
    },
    {
      random: (bytes) => new Uint8Array(bytes),
      onDeliver: async (message) => {
        messages.tell(message);
        return 0;
      },
      log: lines.tell,
      ...means,
    },
  );
  opened.push(session);
  return { session, messages, lines };
}

const PHONE = '+441632960001';
const message = (more: Partial<MessageFields> = {}): MessageFields => ({
  ...PLAIN_MESSAGE,
  source_addr: '1234',
  destination_addr: PHONE,
  data_coding: 4,
  short_message: Uint8Array.of(0, 1, 2, 0xff),
  ...more,
});

test('a message goes to the phone that is bound with its number, and the receipt comes back', async () => {
  const { centre, events } = await smsc({
    accounts: [
      { systemId: 'gateway', password: 'secret' },
      { systemId: 'phone', password: 'p' },
    ],
  });
  const gateway = esme(centre.port);
  const phone = esme(centre.port, {
    bindAs: 'receiver',
    systemId: 'phone',
    password: 'p',
    addressRange: '441632960001',
  });
  await Promise.all([gateway.session.bound, phone.session.bound]);
  expect(gateway.session.health()).toEqual({
    state: 'up',
    text: `bound to 127.0.0.1:${centre.port} as transceiver`,
  });
  const accepted = await gateway.session.submit(message({ registered_delivery: 1 }));
  expect(accepted).toEqual({ kind: 'accepted', messageId: '00000001' });
  const arrived = await phone.messages.until(([first]) => first);
  expect(arrived).toMatchObject({ source_addr: '1234', destination_addr: PHONE, data_coding: 4 });
  expect([...arrived.short_message]).toEqual([0, 1, 2, 0xff]);
  const receipt = await gateway.messages.until(([first]) => first);
  expect(isReceipt(receipt)).toBe(true);
  expect(readReceipt(receipt)).toMatchObject({ tagId: '00000001', outcome: 'delivered' });
  expect(events.told.map(({ kind }) => kind)).toEqual([
    'bound',
    'bound',
    'submitted',
    'delivered',
    'receipt',
  ]);
});

test('messages wait for a phone that is not bound yet, and expire', async () => {
  let now = Date.now();
  const { centre, events } = await smsc({ now: () => now, limits: { retryAfter: 5 } });
  const gateway = esme(centre.port);
  await gateway.session.bound;
  await gateway.session.submit(message({ registered_delivery: 1, validity_period: '000000000100000R' }));
  await gateway.session.submit(message({ validity_period: '000000001000000R' }));
  expect(centre.held).toBe(2);
  now += 61_000;
  await events.until((told) => told.some(({ kind }) => kind === 'failed'));
  const receipt = await gateway.messages.until(([first]) => first);
  expect(readReceipt(receipt)?.outcome).toBe('expired');
  const phone = esme(centre.port, { bindAs: 'receiver', addressRange: '+4416329*' });
  await phone.messages.until(([first]) => first);
  await events.until((told) => told.some(({ kind }) => kind === 'delivered'));
  expect(centre.held).toBe(0);
});

test('a phone that cannot take a message gets it again, one that never will does not', async () => {
  const { centre, events } = await smsc({ limits: { retryAfter: 5 } });
  const statuses = [STATUS.ESME_RX_T_APPN, STATUS.ESME_ROK, STATUS.ESME_RX_P_APPN];
  const phone = esme(
    centre.port,
    { bindAs: 'receiver', addressRange: PHONE },
    {
      onDeliver: async () => statuses.shift() ?? 0,
    },
  );
  await phone.session.bound;
  centre.inject(message());
  await events.until((told) => told.some(({ kind }) => kind === 'delivered'));
  centre.inject(message());
  await events.until((told) => told.some(({ kind }) => kind === 'failed'));
  expect(events.told.map(({ kind }) => kind)).toEqual([
    'bound',
    'submitted',
    'postponed',
    'delivered',
    'submitted',
    'failed',
  ]);
});

test.each([
  [{ systemId: 'stranger' }, 'ESME_RINVSYSID (0x0f): the system id is not known'],
  [{ password: 'wrong' }, 'ESME_RINVPASWD (0x0e): the password is wrong'],
  [{ addressRange: '(a+)+$' }, 'ESME_RBINDFAIL (0x0d): the bind failed'],
])('a bind that is refused says why, and is tried again: %o', async (settings, why) => {
  const { centre, events } = await smsc({ accounts: [{ systemId: 'gateway', password: 'secret' }] });
  const { session } = esme(centre.port, settings);
  await events.until((told) => told.filter(({ kind }) => kind === 'bind-refused').length === 2);
  expect(session.health().state).toBe('down');
  expect(session.health().text).toContain(why);
  expect(await session.submit(message())).toMatchObject({ kind: 'unbound', after: expect.any(Number) });
});

test('submissions that are throttled are sent again, and fewer at once', async () => {
  let refused = 0;
  const { centre } = await smsc({
    faults: { refuse: () => (refused++ < 30 ? STATUS.ESME_RTHROTTLED : undefined) },
  });
  const { session } = esme(centre.port, { window: 20 });
  await session.bound;
  const all = await Promise.all(Array.from({ length: 60 }, () => session.submit(message())));
  expect(all.every(({ kind }) => kind === 'accepted')).toBe(true);
});

test('a message that is throttled for long is given back to the caller', async () => {
  const { centre } = await smsc({ faults: { refuse: () => STATUS.ESME_RMSGQFUL } });
  const { session } = esme(centre.port);
  await session.bound;
  expect(await session.submit(message())).toEqual({ kind: 'refused', status: STATUS.ESME_RMSGQFUL });
  expect(session.pause()).toBeGreaterThan(0);
});

test('no more submissions are on their way than the window lets', async () => {
  let most = 0;
  let outstanding = 0;
  const { port, next } = await bareCentre();
  const { session } = esme(port, { window: 4 });
  const centre = await next();
  centre.onPdu = (pdu) => {
    outstanding += 1;
    most = Math.max(most, outstanding);
    setImmediate(() => {
      outstanding -= 1;
      centre.socket.write(encodePdu('submit_sm_resp', pdu.sequence, 0, { message_id: '1' }));
    });
  };
  await session.bound;
  await Promise.all(Array.from({ length: 40 }, () => session.submit(message())));
  expect(most).toBe(4);
});

test('what was sent when the session is lost is of unknown fate, and a new session is made', async () => {
  const { port, next } = await bareCentre();
  const { session, lines } = esme(port);
  const first = await next();
  await session.bound;
  first.onPdu = () => first.socket.destroy();
  expect(await session.submit(message())).toMatchObject({ kind: 'unknown' });
  const second = await next();
  second.onPdu = (pdu) =>
    second.socket.write(encodePdu('submit_sm_resp', pdu.sequence, 0, { message_id: '2' }));
  await lines.until((told) => told.filter((line) => line.startsWith('bound')).length === 2);
  expect(await session.submit(message())).toEqual({ kind: 'accepted', messageId: '2' });
});

test('waiting for a place ends by the signal', async () => {
  const { port, next } = await bareCentre();
  const { session } = esme(port, { window: 1 });
  const centre = await next();
  await session.bound;
  const first = session.submit(message());
  const abort = new AbortController();
  const second = session.submit(message(), abort.signal);
  abort.abort(new Error('cancelled'));
  await expect(second).rejects.toThrow('cancelled');
  centre.socket.destroy();
  expect(await first).toMatchObject({ kind: 'unknown' });
});

test('PDUs in the wrong state are refused, and the centre goes on', async () => {
  const { centre } = await smsc();
  const socket = connect(centre.port, '127.0.0.1');
  opened.push({ close: () => socket.destroy() });
  const pdus = bare(socket);
  const answers = teller<Pdu>();
  pdus.onPdu = answers.tell;
  const bind = {
    system_id: 'x',
    password: '',
    system_type: '',
    interface_version: 0x34,
    addr_ton: 0,
    addr_npi: 0,
    address_range: '',
  };
  socket.write(encodePdu('submit_sm', 1, 0, message()));
  socket.write(encodePdu('bind_receiver', 2, 0, bind));
  socket.write(encodePdu('submit_sm', 3, 0, message()));
  socket.write(encodePdu('bind_transmitter', 4, 0, bind));
  socket.write(encodePdu('deliver_sm', 5, 0, message()));
  socket.write(encodePdu('outbind', 6, 0, { system_id: '', password: '' }));
  socket.write(encodePdu('submit_sm_resp', 7, 0, {}));
  socket.write(encodePdu('unbind', 8, 0, {}));
  await answers.until((told) => told.at(-1)?.command === 'unbind_resp');
  expect(answers.told.map(({ command, status, sequence }) => [command, status, sequence])).toEqual([
    ['submit_sm_resp', STATUS.ESME_RINVBNDSTS, 1],
    ['bind_receiver_resp', STATUS.ESME_ROK, 2],
    ['submit_sm_resp', STATUS.ESME_RINVBNDSTS, 3],
    ['bind_transmitter_resp', STATUS.ESME_RALYBND, 4],
    ['deliver_sm_resp', STATUS.ESME_RINVCMDID, 5],
    ['unbind_resp', STATUS.ESME_ROK, 8],
  ]);
});

test('a flood of messages for a phone is taken at the pace of who stores them', async () => {
  const { centre, events } = await smsc({ limits: { deliveryWindow: 100 } });
  let storing = 0;
  let most = 0;
  const phone = esme(
    centre.port,
    { bindAs: 'receiver', addressRange: PHONE, limits: { mostHandled: 5 } },
    {
      onDeliver: async () => {
        storing += 1;
        most = Math.max(most, storing);
        await new Promise((resolve) => setImmediate(resolve));
        storing -= 1;
        return 0;
      },
    },
  );
  await phone.session.bound;
  for (let count = 0; count < 500; count++) centre.inject(message());
  await events.until((told) => told.filter(({ kind }) => kind === 'delivered').length === 500);
  expect(most).toBeLessThanOrEqual(5);
});

test('what the centre holds is bounded', async () => {
  const { centre } = await smsc({ limits: { most: 3, mostEach: 2 } });
  const { session } = esme(centre.port);
  await session.bound;
  expect([1, 2, 3].map(() => centre.inject(message()) !== undefined)).toEqual([true, true, false]);
  expect(centre.inject(message({ destination_addr: '2' }))).toBeDefined();
  expect(centre.inject(message({ destination_addr: '3' }))).toBeUndefined();
});

/** An SMS centre by hand, which accepts every bind. */
async function bareCentre() {
  const sockets = teller<ReturnType<typeof bare>>();
  const server = createServer((socket) => sockets.tell(bare(socket)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  opened.push({
    close: () => {
      for (const { socket } of sockets.told) socket.destroy();
      server.close();
    },
  });
  const { port } = server.address() as { port: number };
  let taken = 0;
  return { port, next: () => sockets.until((told) => told[taken] && told[taken++]) };
}

function bare(socket: Socket) {
  const peer: { readonly socket: Socket; onPdu: (pdu: Pdu) => void } = { socket, onPdu: () => {} };
  let left = Buffer.alloc(0);
  socket.on('error', () => {});
  socket.on('data', (chunk: Buffer) => {
    left = Buffer.concat([left, chunk]);
    while (left.length >= 16 && left.length >= left.readUInt32BE(0)) {
      const pdu = decodePdu(left.subarray(0, left.readUInt32BE(0)));
      left = left.subarray(left.readUInt32BE(0));
      if (pdu.command === 'bind_transceiver')
        socket.write(encodePdu('bind_transceiver_resp', pdu.sequence, 0, { system_id: 'bare' }));
      else if (pdu.command === 'unbind') socket.write(encodePdu('unbind_resp', pdu.sequence, 0, {}));
      else if (pdu.command !== 'bad') peer.onPdu(pdu);
    }
  });
  return peer;
}
