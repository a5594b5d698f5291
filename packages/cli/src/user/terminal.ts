import { createInterface, type Interface } from 'node:readline';
import { Writable } from 'node:stream';
import {
  type Asked,
  type Clock,
  type Reaction,
  reactionFault,
  systemClock,
  type UserInteraction,
} from '@grove/device';
import type { Question } from '@grove/protocol';
import { printable, printableLines, style } from '../output/index.ts';

/** A terminal, or what stands for one. */
export interface Terminal {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
  readonly clock?: Pick<Clock, 'now'>;
}

/** A user at a terminal: reads the question, types the answer, and cancels by Ctrl-C or Ctrl-D. */
export function terminalUser(terminal: Terminal): UserInteraction {
  const write = (...lines: readonly string[]): void => {
    terminal.output.write(lines.map((line) => `${line}\n`).join(''));
  };
  return {
    async ask(question, signal) {
      const [first = '', ...rest] = printableLines(question.text);
      write('', ...headLines(question));
      write(`${style('cyan', '?')} ${style('bold', first)}`, ...rest.map((line) => `  ${line}`));
      write(...choiceLines(question));
      for (;;) {
        const typed = await readLine(terminal, question, signal);
        if (typed === undefined) {
          write(style('dim', '  cancelled'));
          return { kind: 'cancelled' };
        }
        const reaction = reactionOf(question, typed);
        const fault = reaction === undefined ? expected(question) : reactionFault(question, reaction);
        if (reaction !== undefined && fault === undefined) return reaction;
        write(`  ${style('yellow', fault ?? '')}`);
      }
    },
  };
}

/** Who wants something, where the question comes from the device itself. */
function headLines(question: Asked): string[] {
  if (question.kind !== 'notice') return [];
  const what = question.asks ? 'asks to manage this device' : 'is about to manage this device';
  return [`${style('bold', printable(question.operator))} ${what}`];
}

function expected({ kind }: Asked): string {
  return kind === 'notice' ? 'Expected accept, refuse or later.' : 'Expected yes or no.';
}

function choiceLines(question: Asked): string[] {
  if (question.kind === 'notice') {
    const { consequence, legalNotice } = question;
    return [
      ...titled('If you refuse', consequence),
      ...titled('Legal notice', legalNotice).map((line) => style('dim', line)),
    ];
  }
  if (question.kind !== 'choice' && question.kind !== 'choices') return [];
  const width = String(question.choices.length).length;
  return question.choices.map((each, index) => `  ${String(index + 1).padStart(width)}  ${printable(each)}`);
}

function titled(title: string, text: string | undefined): string[] {
  if (text === undefined) return [];
  const [first = '', ...rest] = printableLines(text);
  return [`  ${title}: ${first}`, ...rest.map((line) => `  ${line}`)];
}

const FORMS: Readonly<Record<Extract<Question, { kind: 'input' }>['input'], string>> = {
  text: 'Text',
  number: 'Number',
  date: 'Date (DDMMYYYY)',
  time: 'Time (hhmmss)',
  phone: 'Phone number',
  ip: 'IP address',
};

/** What is to be typed, and what Enter alone means. */
function invitation(question: Asked): string {
  switch (question.kind) {
    case 'notice':
      return question.asks ? 'Accept, refuse or later (a/r/l)' : 'Enter goes on';
    case 'display':
      return 'Enter goes on';
    case 'confirm':
      return `Yes or no (${question.default === undefined ? 'y/n' : question.default ? 'Y/n' : 'y/N'})`;
    case 'input': {
      const preset =
        question.default === undefined
          ? ''
          : question.hidden
            ? ' [preset]'
            : ` [${printable(question.default)}]`;
      return `${FORMS[question.input]}${question.hidden ? ', unseen' : ''}${preset}`;
    }
    case 'choice':
      return `Number${question.default === undefined ? '' : ` [${question.default}]`}`;
    case 'choices':
      return `Numbers, 0 for none${question.default === undefined ? '' : ` [${question.default.join(' ')}]`}`;
  }
}

/** What a line means; undefined = neither yes nor no. */
function reactionOf(question: Asked, line: string): Reaction | undefined {
  const typed = line.trim();
  switch (question.kind) {
    case 'display':
      return { kind: 'read' };
    case 'notice':
      return question.asks ? DECISIONS[typed.toLowerCase()] : { kind: 'read' };
    case 'confirm': {
      const word = typed.toLowerCase();
      const isYes = word === '' ? question.default : word === 'y' || word === 'yes' ? true : undefined;
      if (isYes === undefined) return word === 'n' || word === 'no' ? { kind: 'no' } : undefined;
      return { kind: isYes ? 'yes' : 'no' };
    }
    case 'input':
      return { kind: 'typed', text: line === '' ? (question.default ?? '') : line };
    case 'choice':
      return { kind: 'chosen', choices: numbersIn(typed) ?? [question.default ?? 0] };
    case 'choices': {
      const numbers = numbersIn(typed) ?? question.default ?? [0];
      const isPreset = typed === '' && question.default !== undefined;
      return { kind: 'chosen', choices: !isPreset && typed === '0' ? [] : numbers };
    }
  }
}

/** What a user may type to a notice that asks. */
const DECISIONS: Readonly<Record<string, Reaction>> = {
  a: { kind: 'yes' },
  accept: { kind: 'yes' },
  r: { kind: 'no' },
  refuse: { kind: 'no' },
  l: { kind: 'cancelled' },
  later: { kind: 'cancelled' },
};

/** The numbers in a line; undefined = none at all. What is no number is one that no choice has. */
function numbersIn(typed: string): number[] | undefined {
  if (typed === '') return undefined;
  return typed.split(/[\s,;]+/).map((each) => (/^\d{1,4}$/.test(each) ? Number(each) : 0));
}

/** A line that the user types, next to the time that is left; undefined when the user cancels. */
function readLine(terminal: Terminal, question: Asked, signal: AbortSignal): Promise<string | undefined> {
  const { input, output, clock = systemClock } = terminal;
  const hidden = question.kind === 'input' && question.hidden;
  const end = clock.now() + (question.maxDisplay ?? 0) * 1000;
  const prompt = (): string => `  ${timeLeft(end - clock.now())} ${invitation(question)}: `;
  return new Promise((resolve, reject) => {
    const lines: Interface = createInterface({
      input,
      output: hidden ? nowhere() : output,
      terminal: true,
      history: [],
      historySize: 0,
    });
    const draw = (): void => {
      if (hidden) output.write(`\r\u001b[K${prompt()}`);
      else {
        lines.setPrompt(prompt());
        lines.prompt(true);
      }
    };
    const timer = setInterval(draw, 1000);
    const finish = (): void => {
      clearInterval(timer);
      signal.removeEventListener('abort', onAbort);
      lines.off('close', cancel);
      lines.close();
      if (hidden) output.write('\n');
    };
    const onAbort = (): void => {
      finish();
      output.write(`${hidden ? '' : '\n'}${style('dim', '  no longer asked')}\n`);
      reject(signal.reason);
    };
    const cancel = (): void => {
      finish();
      if (!hidden) output.write('\n');
      resolve(undefined);
    };
    lines.on('line', (line) => {
      finish();
      resolve(line);
    });
    lines.on('SIGINT', cancel);
    lines.on('close', cancel);
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
    else draw();
  });
}

/** What is typed unseen is written nowhere. */
function nowhere(): Writable {
  return new Writable({ write: (_chunk, _encoding, done) => done() });
}

/** `4:59`, rounded up so that it ends at 0:00. */
function timeLeft(milliseconds: number): string {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1000));
  const [minutes, rest] = [Math.floor(seconds / 60), seconds % 60];
  return style('dim', `${minutes}:${String(rest).padStart(2, '0')}`);
}
