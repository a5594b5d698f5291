import type { Clock } from '../clock/index.ts';
import { type Asked, type Reaction, reactionFault, type UserInteraction } from '../interaction/index.ts';
import type { OpenQuestion } from './view.ts';

/** What became of an answer: taken, not one that the question takes, or too late. */
export type Receipt = { readonly kind: 'taken' | 'late' } | { readonly kind: 'fault'; readonly text: string };

interface Waiting {
  readonly key: number;
  readonly question: Asked;
  readonly begun: number;
  readonly settle: (reaction: Reaction) => void;
}

/** Holds the question that a phone shows, until somebody answers it. */
export class Desk implements UserInteraction {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #onChange: () => void;
  #waiting: Waiting | undefined;
  #last = 0;

  constructor(clock: Pick<Clock, 'now'>, onChange: () => void) {
    this.#clock = clock;
    this.#onChange = onChange;
  }

  ask(question: Asked, signal: AbortSignal): Promise<Reaction> {
    return new Promise((resolve, reject) => {
      signal.throwIfAborted();
      this.#last += 1;
      const key = this.#last;
      const end = (): void => {
        signal.removeEventListener('abort', onAbort);
        if (this.#waiting?.key === key) this.#waiting = undefined;
        this.#onChange();
      };
      const onAbort = (): void => {
        end();
        reject(signal.reason);
      };
      signal.addEventListener('abort', onAbort);
      this.#waiting = {
        key,
        question,
        begun: this.#clock.now(),
        settle: (reaction) => {
          end();
          resolve(reaction);
        },
      };
      this.#onChange();
    });
  }

  answer(key: number, reaction: Reaction): Receipt {
    const waiting = this.#waiting;
    if (waiting === undefined || waiting.key !== key) return { kind: 'late' };
    const fault = reactionFault(waiting.question, reaction);
    if (fault !== undefined) return { kind: 'fault', text: fault };
    waiting.settle(reaction);
    return { kind: 'taken' };
  }

  get open(): OpenQuestion | undefined {
    if (this.#waiting === undefined) return undefined;
    const { key, question, begun } = this.#waiting;
    const gone = this.#clock.now() - begun;
    const left = (seconds = 0): number => Math.max(0, seconds * 1000 - gone);
    return { key, question, left: left(question.maxDisplay), leftAtLeast: left(question.minDisplay) };
  }
}
