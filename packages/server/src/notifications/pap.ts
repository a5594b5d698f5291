/** The push proxy gateway, by PAP. */
import { DM_APPLICATION, type PushInitiator, parseAddress } from '@grove/push';
import type { PushGateway, Submitted } from './gateway.ts';
import { reportedBy } from './results.ts';

/**
 * A gateway that is asked by PAP.
 *
 * @param notifyTo where it is to say what becomes of pushes; undefined as long as that is not known
 */
export function papGateway(initiator: PushInitiator, notifyTo: () => string | undefined): PushGateway {
  return {
    async submit({ pushId, address, bearer, contentType, body, deliverBefore, priority }, signal) {
      const answer = await initiator.submit(
        {
          pushId,
          addresses: [parseAddress(address)],
          content: { contentType, applicationId: DM_APPLICATION, headers: [], body },
          deliverBefore,
          notifyRequestedTo: notifyTo(),
          quality: {
            priority,
            deliveryMethod: 'preferconfirmed',
            ...(bearer === null ? {} : { bearer, bearerRequired: true }),
          },
        },
        signal,
      );
      switch (answer.kind) {
        case 'accepted':
          return { kind: 'accepted', text: `the gateway has it (${answer.text})` };
        case 'duplicate':
          // Nobody else gives such names: it was taken when it was submitted before.
          return { kind: 'accepted', text: 'the gateway has it since before' };
        default:
          return notTaken(answer);
      }
    },

    async withdraw(pushId, signal) {
      const answer = await initiator.cancel(pushId, [], signal);
      if (answer.kind !== 'answered') return notTaken(answer);
      const said = answer.results.map(({ code, desc }) => `${desc ?? 'no reason'} (${code})`).join('; ');
      return { kind: 'accepted', text: `taken back: ${said}` };
    },

    async status(pushId, signal) {
      const answer = await initiator.statusQuery(pushId, [], signal);
      const [result] = answer.kind === 'answered' ? answer.results : [];
      return result === undefined ? undefined : reportedBy(result);
    },
  };
}

type NotTaken = Exclude<Awaited<ReturnType<PushInitiator['cancel']>>, { kind: 'answered' }>;

function notTaken(answer: NotTaken): Submitted {
  if (answer.kind === 'unreachable') return { kind: 'unavailable', text: answer.text };
  const isTrouble = answer.temporary || answer.locked;
  return { kind: isTrouble ? 'unavailable' : 'refused', text: answer.text };
}
