import type { Transport } from '../transport/index.ts';

/** A device has died between two messages. */
export class Death extends Error {
  override readonly name = 'Death';
}

/**
 * A transport whose devices die: before a message goes out, or once its answer is there and before anybody
 * has read it.
 *
 * @param chance of dying per message, 0…1.
 * @param random between 0 and 1.
 */
export function mortal(transport: Transport, chance: number, random: () => number): Transport {
  if (chance <= 0) return transport;
  return {
    async exchange(request) {
      const fate = random();
      if (fate < chance / 2) throw new Death('died before a message');
      const response = await transport.exchange(request);
      if (fate < chance) throw new Death('died over an answer');
      return response;
    },
  };
}
