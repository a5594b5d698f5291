/** A user made of data: for tests, and for devices that nobody sits at. */
import type { Question } from '@grove/protocol';
import type { Asked } from './notice.ts';
import { type Reaction, reactionFault, type UserInteraction } from './port.ts';

/**
 * What a scripted user does: `accept` says yes, has read a text, and else gives the default or the first answer that
 * fits; `reject` says no, and cancels what cannot be answered so; `cancel` postpones what a notice asks; `ignore` lets
 * the time run out.
 */
export type ScriptReaction =
  | 'accept'
  | 'reject'
  | 'cancel'
  | 'ignore'
  | { type: string }
  | { choose: number[] };

/** One answer, and which questions it is for. */
export interface ScriptedAnswer {
  /** Absent = of any kind. */
  readonly question?: Asked['kind'] | undefined;
  /** What the question's text must match; absent = anything. */
  readonly text?: RegExp | undefined;
  /** How often it is given; absent = each time. */
  readonly times?: number | undefined;
  readonly answer: ScriptReaction;
}

/** A script is not what a script should be. The message says where. */
export class ScriptError extends Error {
  override readonly name = 'ScriptError';
}

/**
 * A user who gives the first answer that is for the question. A question for which there is none cannot be asked
 * (406); an answer that does not fit its question is an error (500).
 */
export function scriptedUser(script: readonly ScriptedAnswer[]): UserInteraction {
  const given = new Map<ScriptedAnswer, number>();
  return {
    async ask(question, signal) {
      const entry = script.find(
        (each) => isFor(each, question) && (given.get(each) ?? 0) < (each.times ?? Number.POSITIVE_INFINITY),
      );
      if (entry === undefined) return { kind: 'unsupported' };
      given.set(entry, (given.get(entry) ?? 0) + 1);
      if (entry.answer === 'ignore')
        return new Promise((_, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason), { once: true });
        });
      const reaction = reactionOf(entry.answer, question);
      const fault = reactionFault(question, reaction);
      if (fault !== undefined) throw new ScriptError(`answer to ${JSON.stringify(question.text)}: ${fault}`);
      return reaction;
    },
  };
}

function isFor({ question: kind, text }: ScriptedAnswer, question: Asked): boolean {
  return (kind === undefined || kind === question.kind) && (text === undefined || text.test(question.text));
}

function reactionOf(answer: Exclude<ScriptReaction, 'ignore'>, question: Asked): Reaction {
  if (answer === 'accept') return accepted(question);
  if (answer === 'reject' && isYesOrNo(question)) return { kind: 'no' };
  if (answer === 'reject' || answer === 'cancel') return { kind: 'cancelled' };
  if ('type' in answer) return { kind: 'typed', text: answer.type };
  return { kind: 'chosen', choices: answer.choose };
}

function isYesOrNo(asked: Asked): boolean {
  return asked.kind === 'notice' ? asked.asks : asked.kind === 'confirm';
}

function accepted(question: Asked): Reaction {
  switch (question.kind) {
    case 'notice':
      return { kind: question.asks ? 'yes' : 'read' };
    case 'display':
      return { kind: 'read' };
    case 'confirm':
      return { kind: 'yes' };
    case 'input':
      return {
        kind: 'typed',
        text: question.default ?? SAMPLES[question.input].slice(0, question.maxLength),
      };
    case 'choice':
      return { kind: 'chosen', choices: [question.default ?? 1] };
    case 'choices':
      return { kind: 'chosen', choices: question.default ?? [1] };
  }
}

const SAMPLES: Readonly<Record<Extract<Question, { kind: 'input' }>['input'], string>> = {
  text: 'accepted',
  number: '1',
  date: '01012026',
  time: '120000',
  phone: '5550100',
  ip: '192.0.2.1',
};

const KINDS: readonly Asked['kind'][] = ['display', 'confirm', 'input', 'choice', 'choices', 'notice'];
const WORDS = ['accept', 'reject', 'cancel', 'ignore'] as const;

/**
 * Reads a script from its JSON or YAML form: a list of `{ question, text, times, answer }`.
 *
 * @throws {ScriptError}
 */
export function parseScript(value: unknown): ScriptedAnswer[] {
  if (!Array.isArray(value)) throw new ScriptError('expected a list of answers');
  return value.map((each: unknown, index) => parseEntry(each, `answer ${index + 1}`));
}

function parseEntry(value: unknown, where: string): ScriptedAnswer {
  const fail = (what: string): never => {
    throw new ScriptError(`${where}: ${what}`);
  };
  if (typeof value !== 'object' || value === null) return fail('expected an object');
  const { question, text, times, answer, ...others } = value as Partial<Record<string, unknown>>;
  const [other] = Object.keys(others);
  if (other !== undefined) fail(`${other} is not known; expected question, text, times and answer`);
  const kind = KINDS.find((each) => each === question);
  if (question !== undefined && kind === undefined) fail(`question is not one of ${KINDS.join(', ')}`);
  if (times !== undefined && !(Number.isInteger(times) && Number(times) > 0)) {
    fail('times is not a number from 1');
  }
  return {
    question: kind,
    text: text === undefined ? undefined : parsePattern(text, fail),
    times: times === undefined ? undefined : Number(times),
    answer: parseAnswer(answer, fail),
  };
}

function parsePattern(text: unknown, fail: (what: string) => never): RegExp {
  if (typeof text !== 'string') return fail('text is not a regular expression');
  try {
    return new RegExp(text, 'iu');
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error));
  }
}

function parseAnswer(answer: unknown, fail: (what: string) => never): ScriptReaction {
  const word = WORDS.find((each) => each === answer);
  if (word !== undefined) return word;
  if (typeof answer === 'object' && answer !== null) {
    if ('type' in answer && ['string', 'number'].includes(typeof answer.type))
      return { type: String(answer.type) };
    if ('choose' in answer) {
      const chosen: unknown[] = Array.isArray(answer.choose) ? answer.choose : [answer.choose];
      if (chosen.every((each) => typeof each === 'number')) return { choose: chosen };
    }
  }
  return fail(`answer is not ${WORDS.join(', ')}, { type: TEXT } or { choose: NUMBERS }`);
}
