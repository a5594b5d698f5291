/** Pushes by PAP through a gateway that stores each before it acknowledges it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openGateway } from '@grove/gateway';
import { type Address, pushInitiator } from '@grove/push';
import { CONTENT } from './blast.ts';

const CREDENTIALS = { user: 'pi', password: 'secret' };
/** Submissions under way at once. */
const SUBMITTING = 64;
const LOOK_EVERY = 20;

/** Pushes a second, from the first submission until the last is known to be delivered. */
export async function throughGateway(
  bearer: { readonly kind: string },
  to: readonly Address[],
): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'grove-bench-'));
  const gateway = await openGateway({
    db: `sqlite:${join(folder, 'gateway.db')}`,
    config: {
      listen: { port: 0 },
      clients: [{ name: CREDENTIALS.user, password: CREDENTIALS.password }],
      bearers: [bearer],
    },
  });
  const { papUrl } = await gateway.listen();
  const initiator = pushInitiator({ url: papUrl, credentials: CREDENTIALS });
  try {
    let next = 0;
    const submitOn = async (): Promise<void> => {
      for (let index = next++; index < to.length; index = next++) {
        const address = to[index];
        if (!address) return;
        const outcome = await initiator.submit({
          pushId: `${index}@pi`,
          addresses: [address],
          content: CONTENT,
        });
        if (outcome.kind !== 'accepted') throw new Error(outcome.text);
      }
    };
    const began = performance.now();
    await Promise.all(Array.from({ length: SUBMITTING }, submitOn));
    const delivered = async (): Promise<number> => {
      const { count } = await gateway.means.store.reader
        .selectFrom('push_deliveries')
        .select(({ fn }) => fn.countAll().as('count'))
        .where('state', '=', 'delivered')
        .executeTakeFirstOrThrow();
      return Number(count);
    };
    while ((await delivered()) < to.length) await sleep(LOOK_EVERY);
    return (to.length / (performance.now() - began)) * 1000;
  } finally {
    initiator.close();
    await gateway.close();
    await rm(folder, { recursive: true });
  }
}
