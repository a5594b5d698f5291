import type { UserInteraction } from '../interaction/index.ts';

/**
 * A user who refuses so many of the sessions that servers ask for, and accepts the others.
 *
 * @param share 0…1
 * @param random between 0 and 1
 * @param otherwise who answers what is asked within sessions; absent = nobody.
 */
export function wilfulUser(
  share: number,
  random: () => number,
  otherwise?: UserInteraction,
): UserInteraction {
  return {
    async ask(asked, signal) {
      if (asked.kind !== 'notice') return (await otherwise?.ask(asked, signal)) ?? { kind: 'unsupported' };
      if (!asked.asks) return { kind: 'read' };
      return { kind: random() < share ? 'no' : 'yes' };
    },
  };
}
