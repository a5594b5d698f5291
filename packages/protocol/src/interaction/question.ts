/** Questions as values: what a device shows and a server asks, without Items and option strings. */
import { ALERT, type Alert, contentText, type Item, itemFormat, STATUS } from '../syncml/index.ts';
import { inputFault } from './input.ts';
import { formatOptions, type InputType, type InteractionOptions, parseOptions } from './options.ts';

/** What holds for every question. */
interface Asked {
  readonly text: string;
  /** Seconds for which it is shown at least (MINDT). */
  readonly minDisplay?: number | undefined;
  /** Seconds for which the user may take to react (MAXDT); absent = as the device thinks right. */
  readonly maxDisplay?: number | undefined;
}

/** Alert 1100: a text to be read. */
export interface Display extends Asked {
  readonly kind: 'display';
}

/** Alert 1101: yes or no. */
export interface Confirm extends Asked {
  readonly kind: 'confirm';
  readonly default?: boolean | undefined;
}

/** Alert 1102: something to be typed. */
export interface TextInput extends Asked {
  readonly kind: 'input';
  readonly input: InputType;
  /** Characters that may be typed. */
  readonly maxLength: number;
  /** Whether what is typed is a secret: it must be seen neither on the screen nor in any trace. */
  readonly hidden: boolean;
  readonly default?: string | undefined;
}

/** Alert 1103: one of several. */
export interface SingleChoice extends Asked {
  readonly kind: 'choice';
  /** Numbered from 1. */
  readonly choices: readonly string[];
  readonly default?: number | undefined;
}

/** Alert 1104: any of several. */
export interface MultipleChoice extends Asked {
  readonly kind: 'choices';
  /** Numbered from 1. */
  readonly choices: readonly string[];
  readonly default?: readonly number[] | undefined;
}

/** A question to the user of a device. JSON. */
export type Question = Display | Confirm | TextInput | SingleChoice | MultipleChoice;
export type QuestionKind = Question['kind'];

/** Bounds of a question, in characters and in choices. Beyond them a device cannot show it (416). */
export const QUESTION_LIMITS = {
  text: 4000,
  choices: 100,
  choice: 200,
  /** What may be typed where MAXLEN says nothing, or more. */
  input: 1000,
} as const;

/**
 * Mark of the Items in the Status of a question that nobody answered in time, so that its default holds. The
 * standard has no way to tell a default from an answer; a server that does not know the Mark passes over it.
 */
export const BY_DEFAULT = 'default';

/** A question that cannot be asked, with the status that says so: 412 or 416. */
export class QuestionError extends Error {
  override readonly name = 'QuestionError';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** A question, and what of its options was left out, in words. */
export interface ParsedQuestion {
  readonly question: Question;
  readonly ignored: readonly string[];
}

const CODES: Readonly<Record<QuestionKind, number>> = {
  display: ALERT.DISPLAY,
  confirm: ALERT.CONFIRMATION,
  input: ALERT.TEXT_INPUT,
  choice: ALERT.SINGLE_CHOICE,
  choices: ALERT.MULTIPLE_CHOICE,
};
const KINDS: ReadonlyMap<number, QuestionKind> = new Map(
  (Object.keys(CODES) as QuestionKind[]).map((kind) => [CODES[kind], kind]),
);

/** Whether an alert is a question. */
export function isQuestionAlert({ code }: Pick<Alert, 'code'>): boolean {
  return KINDS.has(code);
}

/**
 * Reads an alert 1100…1104: options in the first Item, the text in the second, choices in those that follow.
 *
 * @throws {QuestionError} when something is missing (412) or there is more than can be shown (416).
 */
export function parseQuestion({ code, items }: Pick<Alert, 'code' | 'items'>): ParsedQuestion {
  const kind = KINDS.get(code);
  if (kind === undefined) throw new RangeError(`alert ${code} is no question; expected 1100 to 1104`);
  const [first, second, ...others] = items;
  const text = textOf(second);
  if (text.trim() === '') throw missing('the second Item holds no text to show');
  if (isLonger(text, QUESTION_LIMITS.text))
    throw tooLarge(`the text has more than ${QUESTION_LIMITS.text} characters`);

  const { options, ignored } = parseOptions(textOf(first));
  const { minDisplay } = options;
  const maxDisplay =
    options.maxDisplay === undefined ? undefined : Math.max(options.maxDisplay, minDisplay ?? 0);
  const asked: Asked = {
    text,
    ...(minDisplay === undefined ? {} : { minDisplay }),
    ...(maxDisplay === undefined ? {} : { maxDisplay }),
  };
  const question = { ...asked, ...specific(kind, options, others.map(textOf)) };
  const { defaultResponse } = options;
  if (defaultResponse === undefined || kind === 'display' || 'default' in question)
    return { question, ignored };
  return { question, ignored: [...ignored, `option DR=${defaultResponse}: no answer to this question`] };
}

type Specific<Q extends Question = Question> = Q extends Question ? Omit<Q, keyof Asked> : never;

/** What makes a question one of its kind. */
function specific(kind: QuestionKind, options: InteractionOptions, choices: readonly string[]): Specific {
  const { defaultResponse = '' } = options;
  switch (kind) {
    case 'display':
      return { kind };
    case 'confirm': {
      const answer = defaultResponse.trim();
      return { kind, ...(answer === '0' || answer === '1' ? { default: answer === '1' } : {}) };
    }
    case 'input': {
      const question = {
        kind,
        input: options.inputType ?? 'text',
        maxLength: Math.min(options.maxLength ?? QUESTION_LIMITS.input, QUESTION_LIMITS.input),
        hidden: options.hidden ?? false,
      } as const;
      const fault = inputFault({ ...question, text: '' }, defaultResponse);
      return fault === undefined ? { ...question, default: defaultResponse } : question;
    }
    case 'choice': {
      const [number, ...more] = numbersOf(defaultResponse, checked(choices).length) ?? [];
      return { kind, choices, ...(number === undefined || more.length > 0 ? {} : { default: number }) };
    }
    case 'choices': {
      const numbers = numbersOf(defaultResponse, checked(choices).length);
      return { kind, choices, ...(numbers === undefined ? {} : { default: numbers }) };
    }
  }
}

function checked(choices: readonly string[]): readonly string[] {
  const { choices: most, choice: longest } = QUESTION_LIMITS;
  if (choices.length === 0) throw missing('there is no Item to choose');
  if (choices.length > most) throw tooLarge(`there are ${choices.length} choices, more than ${most}`);
  const at = choices.findIndex((each) => isLonger(each, longest));
  if (at >= 0) throw tooLarge(`choice ${at + 1} has more than ${longest} characters`);
  return choices;
}

/** The choices that `2-3` names, in their order, each once; undefined when one of them is not there. */
function numbersOf(text: string, count: number): number[] | undefined {
  const numbers = text.split('-').map((each) => each.trim());
  if (!numbers.every((each) => /^\d{1,4}$/.test(each) && Number(each) >= 1 && Number(each) <= count)) {
    return undefined;
  }
  return [...new Set(numbers.map(Number))].sort((a, b) => a - b);
}

function textOf(item: Item | undefined): string {
  return item?.data === undefined ? '' : (contentText(item.data, itemFormat(item)) ?? '');
}

function isLonger(text: string, most: number): boolean {
  return text.length > most && [...text].length > most;
}

const missing = (what: string): QuestionError => new QuestionError(STATUS.INCOMPLETE_COMMAND, what);
const tooLarge = (what: string): QuestionError => new QuestionError(STATUS.SIZE_TOO_BIG, what);

/** The alert that asks a question: its code and its Items. */
export function questionAlert(question: Question): Pick<Alert, 'code' | 'items'> {
  const { kind, text, minDisplay, maxDisplay } = question;
  const own: InteractionOptions = {
    ...(minDisplay === undefined ? {} : { minDisplay }),
    ...(maxDisplay === undefined ? {} : { maxDisplay }),
    ...(question.kind === 'input'
      ? { maxLength: question.maxLength, inputType: question.input, hidden: question.hidden }
      : {}),
    ...defaultOf(question),
  };
  const choices = kind === 'choice' || kind === 'choices' ? question.choices : [];
  return {
    code: CODES[kind],
    items: [formatOptions(own), text, ...choices].map((data) => (data === '' ? {} : { data })),
  };
}

function defaultOf(question: Question): Pick<InteractionOptions, 'defaultResponse'> {
  if (question.kind === 'display' || question.default === undefined) return {};
  if (question.kind === 'confirm') return { defaultResponse: question.default ? '1' : '0' };
  if (question.kind === 'choices') return { defaultResponse: question.default.join('-') };
  return { defaultResponse: String(question.default) };
}
