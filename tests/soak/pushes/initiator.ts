/** A push initiator that submits and cancels through the gateway's deaths, and remembers what it was told. */
import { setTimeout as sleep } from 'node:timers/promises';
import { notificationReceiver, pushInitiator, RESULT, type ResultNotification } from '@grove/push';
import { between } from '../random.ts';
import { listening } from './network.ts';

export interface Submitted {
  readonly id: string;
  /** How much the network had carried when the gateway said that it was cancelled; undefined = it was not. */
  cancelledAt: number | undefined;
  /** What the gateway reported last. */
  result: ResultNotification['state'] | undefined;
}

export interface Initiator {
  /** What the gateway has acknowledged. */
  readonly submitted: ReadonlyMap<string, Submitted>;
  /** Where it has results reported to. */
  readonly resultsUrl: string;
  /** Submits one push until it is acknowledged, and cancels some of them soon after. */
  push(random: () => number): Promise<void>;
  close(): void;
}

const PAUSE = 50;

/** @param carried how much the network has carried by now */
export async function startInitiator(
  ppgUrl: string,
  credentials: { readonly user: string; readonly password: string },
  carried: () => number,
): Promise<Initiator> {
  const initiator = pushInitiator({ url: ppgUrl, credentials });
  const submitted = new Map<string, Submitted>();
  const early = new Map<string, ResultNotification['state']>();
  const results = await listening(
    notificationReceiver({
      authenticate: () => true,
      async onNotification({ pushId, state }) {
        const push = submitted.get(pushId);
        if (push === undefined) early.set(pushId, state);
        else push.result = state;
        return undefined;
      },
      onFailure: (error) => {
        throw error;
      },
    }),
  );
  let count = 0;

  const submit = async (id: string): Promise<Submitted> => {
    for (;;) {
      const { kind, text } = await initiator.submit({
        pushId: id,
        addresses: [{ kind: 'user', user: `user ${id}` }],
        content: { contentType: 'text/plain', headers: [], body: new TextEncoder().encode(id) },
        notifyRequestedTo: results.url,
      });
      if (kind === 'accepted' || kind === 'duplicate') break;
      if (kind === 'refused') throw new Error(`push ${id} is refused: ${text}`);
      await sleep(PAUSE);
    }
    const push: Submitted = { id, cancelledAt: undefined, result: early.get(id) };
    submitted.set(id, push);
    return push;
  };

  const cancel = async (push: Submitted): Promise<void> => {
    for (;;) {
      const answer = await initiator.cancel(push.id);
      if (answer.kind === 'refused')
        throw new Error(`push ${push.id} was acknowledged, and is unknown: ${answer.text}`);
      if (answer.kind === 'answered') {
        const [result] = answer.results;
        if (result?.code === RESULT.pushIdNotFound.code)
          throw new Error(`push ${push.id} was acknowledged and is lost`);
        if (result?.code === RESULT.ok.code) push.cancelledAt = carried();
        return;
      }
      await sleep(PAUSE);
    }
  };

  return {
    submitted,
    resultsUrl: results.url,
    async push(random) {
      const push = await submit(`p${++count}`);
      if (random() > 0.3) return;
      await sleep(between(random, 0, 1500));
      await cancel(push);
    },
    close() {
      initiator.close();
      results.close();
    },
  };
}
