/** Questions to the user, in words. */
import { isQuestionAlert, parseQuestion, type Question, QuestionError } from '../interaction/index.ts';
import type { Alert } from '../syncml/index.ts';
import { counted, type Line, line, span } from './text.ts';

const INPUTS = {
  text: 'any text',
  number: 'a number',
  date: 'a date (DDMMYYYY)',
  time: 'a time (hhmmss)',
  phone: 'a phone number',
  ip: 'an IP address',
} as const;

/** What an alert asks the user; undefined for one that asks nothing, or nothing that can be understood. */
export function describeQuestion(alert: Alert): { text: string; below: Line[] } | undefined {
  if (!isQuestionAlert(alert)) return undefined;
  try {
    const { question } = parseQuestion(alert);
    return {
      text: question.text,
      below: [
        ...choicesOf(question).map((choice, index) => line([`${index + 1}.`, choice])),
        ...optionsOf(question).map((each) => line([span(each, 'faint')])),
      ],
    };
  } catch (error) {
    if (error instanceof QuestionError) return undefined;
    throw error;
  }
}

function choicesOf(question: Question): readonly string[] {
  return question.kind === 'choice' || question.kind === 'choices' ? question.choices : [];
}

function optionsOf(question: Question): string[] {
  const { minDisplay, maxDisplay } = question;
  return [
    ...(minDisplay === undefined ? [] : [`shown for ${counted(minDisplay, 'second')} at least`]),
    ...(maxDisplay === undefined ? [] : [`waits ${counted(maxDisplay, 'second')} for the user`]),
    ...(question.kind === 'input'
      ? [
          `takes ${INPUTS[question.input]} of ${counted(question.maxLength, 'character')} at most`,
          ...(question.hidden ? ['hides what is typed'] : []),
        ]
      : []),
    ...defaultOf(question),
  ];
}

function defaultOf(question: Question): string[] {
  if (question.kind === 'display' || question.default === undefined) return [];
  const given = question.default;
  if (typeof given === 'boolean') return [`by default ${given ? 'yes' : 'no'}`];
  return [`by default ${Array.isArray(given) ? given.join(' and ') : given}`];
}
