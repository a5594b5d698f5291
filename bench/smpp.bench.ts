/** Messages over Grove's session with an SMS centre, against the package `smpp` in a bare loop. */
import {
  buildPush,
  type MessageFields,
  openEsme,
  PLAIN_MESSAGE,
  PUSH_PORT,
  SMS_SOURCE_PORT,
  segment,
} from '@grove/push';
import type { Bench } from './main.ts';
import { bareLoop } from './push/bare-smpp.ts';
import { CONTENT } from './push/blast.ts';
import { startNetwork } from './push/process.ts';

const MESSAGES = Number(process.env.GROVE_BENCH_MESSAGES ?? 200_000);
const WINDOW = 50;

/** What the bearer submits for a push of one segment. */
function messageOf(): MessageFields {
  const ports = { destination: PUSH_PORT, source: SMS_SOURCE_PORT };
  const [short_message, ...others] = segment(buildPush(CONTENT, 1), {
    ports,
    reference: 0,
    wide: false,
    most: 2,
  });
  if (short_message === undefined || others.length > 0) throw new Error('it takes more than one segment');
  return {
    ...PLAIN_MESSAGE,
    dest_addr_ton: 1,
    dest_addr_npi: 1,
    destination_addr: '441632960001',
    esm_class: 0x40,
    validity_period: '000001000000000R',
    data_coding: 4,
    short_message,
  };
}

/** Messages per second over Grove's session. */
async function overSession(port: number, message: MessageFields, times: number): Promise<number> {
  const esme = openEsme(
    {
      host: '127.0.0.1',
      port,
      bindAs: 'transceiver',
      systemId: 'bench',
      password: 'bench',
      window: WINDOW,
    },
    { random: (bytes) => new Uint8Array(bytes), onDeliver: async () => 0, log: () => {} },
  );
  await esme.bound;
  const began = performance.now();
  let sent = 0;
  const submitOn = async (): Promise<void> => {
    while (sent < times) {
      sent += 1;
      const { kind } = await esme.submit(message);
      if (kind !== 'accepted') throw new Error(`a message was ${kind}`);
    }
  };
  await Promise.all(Array.from({ length: WINDOW }, submitOn));
  const rate = (times * 1000) / (performance.now() - began);
  await esme.close();
  return rate;
}

const run: Bench = async (report) => {
  const centre = await startNetwork('smsc.ts');
  try {
    const message = messageOf();
    const warm = Math.ceil(MESSAGES / 10);
    const taken = centre.taken(2 * warm + 3 * MESSAGES);
    await bareLoop(centre.port, message, warm, WINDOW);
    await overSession(centre.port, message, warm);
    const before = await bareLoop(centre.port, message, MESSAGES, WINDOW);
    const value = await overSession(centre.port, message, MESSAGES);
    const after = await bareLoop(centre.port, message, MESSAGES, WINDOW);
    await taken;
    const baseline = (before + after) / 2;
    report({ bench: 'smpp session', ratio: value / baseline, value, baseline, unit: 'messages/s' });
  } finally {
    await centre.close();
  }
};
export default run;
