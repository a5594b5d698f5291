// What is behind a PAP server in tests that need no more than to see what comes through it.
import type {
  CapabilityAnswer,
  Initiator,
  PushAnswer,
  PushReference,
  PushService,
  Submission,
} from '@grove/push';

/** Keeps pushes in memory: an id once, until it is cancelled. */
export class MemoryPushService implements PushService {
  readonly #pushes = new Map<string, Submission>();
  /** Every push that was taken, in order. */
  readonly taken: { submission: Submission; from: Initiator }[] = [];

  async submit(submission: Submission, from: Initiator): Promise<PushAnswer> {
    const key = `${from.name} ${submission.pushId}`;
    if (this.#pushes.has(key)) return { code: 2007 };
    this.#pushes.set(key, submission);
    this.taken.push({ submission, from });
    return { code: 1001 };
  }

  async cancel({ pushId }: PushReference, from: Initiator) {
    return [{ code: this.#pushes.delete(`${from.name} ${pushId}`) ? 1000 : 2004 }];
  }

  async statusQuery({ pushId }: PushReference, from: Initiator) {
    const known = this.#pushes.has(`${from.name} ${pushId}`);
    return [known ? { state: 'pending' as const, code: 1000 } : { state: 'unknown' as const, code: 2004 }];
  }

  async ccq(): Promise<CapabilityAnswer> {
    return { code: 3001 };
  }
}
