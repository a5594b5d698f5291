/** Asks the user, and makes the status (OMA-TS-DM-Protocol 1.2.1, user interaction). */
import {
  type Alert,
  BY_DEFAULT,
  type Item,
  parseQuestion,
  type Question,
  QuestionError,
  STATUS,
} from '@grove/protocol';
import { type Reaction, reactionFault, reactionWithin } from '../interaction/index.ts';
import type { Context } from './context.ts';

/** What became of a question. */
export interface QuestionOutcome {
  readonly code: number;
  /** What the user typed or chose, as Items of the Status. */
  readonly items: Item[];
  /** Whether the Items are a secret. */
  readonly hidden: boolean;
  /** What was wrong with the alert, in words. */
  readonly remarks: readonly string[];
}

/** Seconds that a user has where the server does not say, and for which a text is shown that asks for nothing. */
const DEFAULT_WAIT = { question: 300, display: 30 } as const;

/**
 * Asks the user what an alert 1100…1104 asks; without anybody to ask, that is a feature that the device does not
 * have. Rejects when the session is cut short meanwhile.
 */
export async function ask(context: Context, alert: Alert): Promise<QuestionOutcome> {
  const { interaction } = context;
  const refused = (code: number, ...remarks: string[]): QuestionOutcome => ({
    code,
    items: [],
    hidden: false,
    remarks: remarks.map((remark) => `Alert ${alert.code}: ${remark}`),
  });
  if (interaction === undefined) return refused(STATUS.NOT_SUPPORTED);
  try {
    const { question, ignored } = parseQuestion(alert);
    const timed = { ...question, maxDisplay: waitOf(question) };
    const reaction = await reactionWithin(timed, interaction, context);
    const fault = reactionFault(question, reaction);
    if (fault !== undefined) return refused(STATUS.FAILED, `the user's answer is none: ${fault}`);
    const hidden = question.kind === 'input' && question.hidden;
    return { ...refused(STATUS.OK, ...ignored), ...outcomeOf(question, reaction), hidden };
  } catch (error) {
    context.signal?.throwIfAborted();
    if (error instanceof QuestionError) return refused(error.status, error.message);
    return refused(STATUS.FAILED, error instanceof Error ? error.message : String(error));
  }
}

function waitOf({ kind, minDisplay = 0, maxDisplay }: Question): number {
  return (
    maxDisplay ?? Math.max(minDisplay, kind === 'display' ? DEFAULT_WAIT.display : DEFAULT_WAIT.question)
  );
}

type Verdict = Pick<QuestionOutcome, 'code' | 'items'>;

function outcomeOf(question: Question, reaction: Reaction): Verdict {
  switch (reaction.kind) {
    case 'read':
    case 'yes':
      return { code: STATUS.OK, items: [] };
    case 'no':
      return { code: STATUS.NOT_MODIFIED, items: [] };
    case 'typed':
      return { code: STATUS.OK, items: [{ data: reaction.text }] };
    case 'chosen':
      return { code: STATUS.OK, items: reaction.choices.map((number) => ({ data: String(number) })) };
    case 'cancelled':
      return { code: STATUS.CANCELLED, items: [] };
    case 'silent':
      return unanswered(question);
    case 'unshowable':
      return { code: STATUS.SIZE_TOO_BIG, items: [] };
    case 'unsupported':
      return { code: STATUS.NOT_SUPPORTED, items: [] };
  }
}

/** The default holds, and says that it is one; a text has been shown; anything else has had its time. */
function unanswered(question: Question): Verdict {
  if (question.kind === 'display') return { code: STATUS.OK, items: [] };
  if (question.default === undefined) return { code: STATUS.TIMEOUT, items: [] };
  const { code, items } = outcomeOf(question, defaultReaction(question.default));
  const marked = items.length === 0 ? [{}] : items;
  return { code, items: marked.map((item) => ({ meta: { mark: BY_DEFAULT }, ...item })) };
}

function defaultReaction(value: boolean | string | number | readonly number[]): Reaction {
  if (typeof value === 'boolean') return { kind: value ? 'yes' : 'no' };
  if (typeof value === 'string') return { kind: 'typed', text: value };
  return { kind: 'chosen', choices: typeof value === 'number' ? [value] : value };
}
