/**
 * Devices that a campaign asks to call, from the request that makes it until the network has acknowledged every push:
 * two databases on disk and PAP lie between. Against the same pushes from a loop over the same bearer.
 */
import type { Address } from '@grove/push';
import type { Bench } from './main.ts';
import { blast, openBearer } from './push/blast.ts';
import { startNetwork, startServer } from './push/process.ts';

const DEVICES = Number(process.env.GROVE_BENCH_DEVICES ?? 10_000);
const WINDOW = 50;
const HOST = '127.0.0.1';

/** Networks, the bearers to them, and whom they reach. */
const NETWORKS = [
  {
    name: 'SMPP, window 50',
    file: 'smsc.ts',
    bearerAt: (port: number) => ({
      kind: 'sms',
      host: HOST,
      port,
      systemId: 'grove',
      password: 'bench',
      window: WINDOW,
    }),
    address: (index: number): Address => ({ kind: 'plmn', number: `+4477${String(index).padStart(8, '0')}` }),
  },
  {
    name: 'SIP over UDP, window 50',
    file: 'terminals.ts',
    bearerAt: (port: number) => ({
      kind: 'sip',
      proxy: `sip:${HOST}:${port}`,
      identity: 'sip:gateway@grove.test',
      pingSeconds: 0,
      window: WINDOW,
    }),
    address: (index: number): Address => ({ kind: 'sip', uri: `sip:phone${index}@grove.test` }),
  },
] as const;

const run: Bench = async (report) => {
  for (const { name, file, bearerAt, address } of NETWORKS) {
    const network = await startNetwork(file);
    try {
      const { kind, ...settings } = bearerAt(network.port);
      const to = Array.from({ length: DEVICES }, (_, index) => address(index));
      const alone = async (): Promise<number> => {
        const bearer = await openBearer(kind, settings);
        try {
          return await blast(bearer, to);
        } finally {
          await bearer.close();
        }
      };
      await alone();
      const before = await alone();
      const server = await startServer({ kind, ...settings }, DEVICES);
      const taken = network.taken(DEVICES);
      const began = performance.now();
      await server.begin();
      await taken;
      const value = (DEVICES / (performance.now() - began)) * 1000;
      await server.close();
      const baseline = (before + (await alone())) / 2;
      report({
        bench: `notifications by ${name}`,
        ratio: value / baseline,
        value,
        baseline,
        unit: 'devices/s',
      });
    } finally {
      await network.close();
    }
  }
};

export default run;
