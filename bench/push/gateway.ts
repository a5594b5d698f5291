/** A push gateway whose queue is on disk, over a bearer whose network is away. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openGateway } from '@grove/gateway';
import { residentMemory } from '../session/memory.ts';
import { CONTENT } from './blast.ts';

/** Addresses of one push, as many as PAP and the gateway take, and pushes that are submitted at the same time. */
const ADDRESSES = 2_000;
const AT_ONCE = 2;

/** A port where nobody is. */
const AWAY = { host: '127.0.0.1', port: 9 };
const CLIENT = { name: 'bench', password: 'bench', maxAddresses: ADDRESSES };

const data = mkdtempSync(join(tmpdir(), 'grove-bench-'));
const gateway = await openGateway({
  config: {
    listen: { port: 0 },
    bearers: [{ kind: 'sms', ...AWAY, systemId: 'grove', password: 'bench' }],
    clients: [CLIENT],
  },
  db: `sqlite:${join(data, 'gateway.db')}`,
});
await gateway.listen();

async function submit(first: number, addresses: number): Promise<void> {
  const { code, desc } = await gateway.service.submit(
    {
      pushId: `${first}@bench`,
      addresses: Array.from({ length: addresses }, (_, at) => {
        const number = `+4477${String(first + at).padStart(8, '0')}`;
        return { text: `WAPPUSH=${number}/TYPE=PLMN`, address: { kind: 'plmn', number } };
      }),
      content: CONTENT,
      progressNotesRequested: false,
      quality: {
        priority: 'medium',
        deliveryMethod: 'notspecified',
        networkRequired: false,
        bearerRequired: false,
      },
      version: '2.1',
    },
    { name: CLIENT.name },
  );
  if (code !== 1001) throw new Error(`the gateway answered ${code}: ${desc}`);
}

let next = 0;

async function queue(pushes: number): Promise<void> {
  const end = next + pushes;
  const submitOn = async (): Promise<void> => {
    while (next < end) {
      const first = next;
      next = Math.min(first + ADDRESSES, end);
      await submit(first, next - first);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, submitOn));
}

async function queued(): Promise<number> {
  const { count } = await gateway.means.store.reader
    .selectFrom('push_deliveries')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('state', '=', 'queued')
    .executeTakeFirstOrThrow();
  return count;
}

process.on('message', async (pushes: number) => {
  await queue(pushes);
  process.send?.({ memory: residentMemory(), queued: await queued() });
});
process.on('disconnect', async () => {
  await gateway.close();
  rmSync(data, { recursive: true });
  process.exit();
});
process.send?.({});
