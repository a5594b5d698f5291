import { BY_DEFAULT, type Question, STATUS } from '@grove/protocol';
import type { Answer, DeviceItem } from '../kind.ts';

/** What came of a question. */
export type Outcome =
  | 'shown'
  | 'accepted'
  | 'rejected'
  | 'answered'
  | 'cancelled'
  | 'timedOut'
  | 'notSupported'
  | 'notDisplayable'
  /** Something before it in its container failed or was refused. */
  | 'notExecuted'
  | 'unanswered'
  | 'failed';

/** What the user did about a question, as far as the device tells. */
export interface Reply {
  readonly outcome: Outcome;
  /** What was typed. */
  readonly text?: string;
  /** What was chosen, by numbers from 1, in ascending order. */
  readonly chosen?: readonly number[];
  /**
   * Whether the default held because nobody answered. The standard has no way to tell: `yes` where the device
   * marks it, `maybe` where the answer is the default's and the device could have given it by itself.
   */
  readonly byDefault?: 'yes' | 'maybe';
}

/** By status, whatever the question (DM_Protocol 1.2.1, user interaction). */
const OUTCOMES: ReadonlyMap<number, Outcome> = new Map<number, Outcome>([
  [STATUS.NOT_MODIFIED, 'rejected'],
  [STATUS.CANCELLED, 'cancelled'],
  [STATUS.NOT_EXECUTED, 'notExecuted'],
  [STATUS.TIMEOUT, 'timedOut'],
  [STATUS.NOT_SUPPORTED, 'notSupported'],
  [STATUS.SIZE_TOO_BIG, 'notDisplayable'],
]);

/** What a device's answer to a question says. */
export function replyOf(question: Question, { status, items = [] }: Answer): Reply {
  if (status === null) return { outcome: 'unanswered' };
  const isAnswer =
    status === STATUS.OK || status === STATUS.ROLLED_BACK || status === STATUS.ROLL_BACK_FAILED;
  const reply = isAnswer ? answered(question, items) : { outcome: OUTCOMES.get(status) ?? 'failed' };
  const byDefault = defaulted(question, reply, items);
  return byDefault === undefined ? reply : { ...reply, byDefault };
}

function answered(question: Question, items: readonly DeviceItem[]): Reply {
  switch (question.kind) {
    case 'display':
      return { outcome: 'shown' };
    case 'confirm':
      return { outcome: 'accepted' };
    case 'input': {
      const text = items.find(({ value }) => value !== undefined)?.value;
      return text === undefined ? { outcome: 'failed' } : { outcome: 'answered', text };
    }
    default: {
      const chosen = chosenOf(items, question.choices.length);
      const fits = chosen !== undefined && (question.kind === 'choices' || chosen.length === 1);
      return fits ? { outcome: 'answered', chosen } : { outcome: 'failed' };
    }
  }
}

/** One Item for each choice; some devices write them all into one, as the default response has them. */
function chosenOf(items: readonly DeviceItem[], count: number): number[] | undefined {
  const texts = items.flatMap(({ value }) => value?.split(/[\s,;&-]+/).filter((part) => part !== '') ?? []);
  const numbers = texts.map(Number);
  if (!numbers.every((each) => Number.isInteger(each) && each >= 1 && each <= count)) return undefined;
  return [...new Set(numbers)].sort((a, b) => a - b);
}

/** Outcomes that the default of a question may have. */
const ANSWERS: ReadonlySet<Outcome> = new Set<Outcome>(['accepted', 'rejected', 'answered']);

function defaulted(question: Question, reply: Reply, items: readonly DeviceItem[]): Reply['byDefault'] {
  if (question.kind === 'display' || question.default === undefined) return undefined;
  // There is no default to something that went wrong.
  if (!ANSWERS.has(reply.outcome)) return undefined;
  if (items.some(({ mark }) => mark?.trim().toLowerCase() === BY_DEFAULT)) return 'yes';
  return isDefault(question, reply) ? 'maybe' : undefined;
}

function isDefault(
  question: Exclude<Question, { kind: 'display' }>,
  { outcome, text, chosen }: Reply,
): boolean {
  switch (question.kind) {
    case 'confirm':
      return outcome === (question.default ? 'accepted' : 'rejected');
    case 'input':
      return outcome === 'answered' && text === question.default;
    case 'choice':
      return outcome === 'answered' && chosen?.[0] === question.default;
    case 'choices':
      return (
        outcome === 'answered' &&
        chosen?.join() === [...new Set(question.default)].sort((a, b) => a - b).join()
      );
  }
}

/** What came of a question, for a sentence about it. */
const WORDS: Readonly<Record<Outcome, string>> = {
  shown: 'was shown',
  accepted: 'was accepted',
  rejected: 'was rejected by the user',
  answered: 'was answered',
  cancelled: 'was cancelled by the user',
  timedOut: 'was not answered by the user in time',
  notSupported: 'cannot be asked: the device does not support it',
  notDisplayable: 'cannot be displayed by the device',
  notExecuted: 'was not asked',
  unanswered: 'was not answered by the device',
  failed: 'could not be asked',
};

/** Why a question did not come to a good end, in a sentence. */
export function whyUnanswered(
  { text }: Question,
  { outcome, byDefault }: Reply,
  status: number | null,
): string {
  const code = status === null ? '' : ` (${status})`;
  const how = byDefault === 'yes' ? ' by default, as nobody answered' : '';
  return `${JSON.stringify(text.slice(0, 60))} ${WORDS[outcome]}${how}${code}`;
}
