/** Pushes by PAP through the gateway to SIP 200, durable, against the same messages from a loop over the same bearer. */
import type { Address } from '@grove/push';
import type { Bench } from './main.ts';
import { blast, openBearer } from './push/blast.ts';
import { throughGateway } from './push/gateway.ts';
import { startNetwork } from './push/process.ts';

const PUSHES = Number(process.env.GROVE_BENCH_PUSHES ?? 20_000);
const WINDOW = 50;

const run: Bench = async (report) => {
  const network = await startNetwork();
  try {
    const settings = {
      proxy: `sip:127.0.0.1:${network.port}`,
      identity: 'sip:gateway@grove.test',
      pingSeconds: 0,
      window: WINDOW,
    };
    const to = Array.from(
      { length: PUSHES },
      (_, index): Address => ({ kind: 'sip', uri: `sip:phone${index}@grove.test` }),
    );
    const alone = async (): Promise<number> => {
      const bearer = await openBearer('sip', settings);
      try {
        return await blast(bearer, to);
      } finally {
        await bearer.close();
      }
    };
    await alone();
    const before = await alone();
    const value = await throughGateway({ kind: 'sip', ...settings }, to);
    const baseline = (before + (await alone())) / 2;
    report({ bench: 'push over SIP', ratio: value / baseline, value, baseline, unit: 'pushes/s' });
  } finally {
    await network.close();
  }
};
export default run;
