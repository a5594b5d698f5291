/** Pushes at the rate that a bearer alone allows: the baseline for a gateway that keeps them. */
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { BEARERS, type Bearer, DM_APPLICATION, type PushContent, type Shipment } from '@grove/push';

/** A notification of DM 1.2 with a text of a sentence. */
export const CONTENT: PushContent = {
  contentType: 'application/vnd.syncml.notification',
  applicationId: DM_APPLICATION,
  headers: [],
  body: new Uint8Array(120).fill(7),
};

const HOUR = 3_600_000;
const LOOK_EVERY = 10;

/** Opens a bearer as a gateway does, and waits until it is connected. */
export async function openBearer(kind: string, settings: object): Promise<Bearer> {
  const found = BEARERS.find((one) => one.kind === kind);
  if (!found) throw new Error(`there is no bearer ${kind}`);
  const bearer = await found.open(settings, {
    name: kind,
    now: Date.now,
    random: randomBytes,
    onReceipt: async () => undefined,
    log: () => undefined,
  });
  while (bearer.health().state !== 'up') await sleep(LOOK_EVERY);
  return bearer;
}

/** Pushes a second, with the bearer's window always full. @throws where one is not taken */
export async function blast(bearer: Bearer, to: readonly Shipment['to'][]): Promise<number> {
  const { signal } = new AbortController();
  const deliverBefore = Date.now() + HOUR;
  let next = 0;
  const sendOn = async (): Promise<void> => {
    for (let index = next++; index < to.length; index = next++) {
      const address = to[index];
      if (!address) return;
      const shipment = { id: String(index), to: address, content: CONTENT, deliverBefore, confirmed: false };
      const { kind, text } = await bearer.send(shipment, signal);
      if (kind !== 'delivered' && kind !== 'accepted') throw new Error(text);
    }
  };
  const began = performance.now();
  await Promise.all(Array.from({ length: bearer.window }, sendOn));
  return (to.length / (performance.now() - began)) * 1000;
}
