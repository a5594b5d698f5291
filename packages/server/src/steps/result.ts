import { STATUS } from '@grove/protocol';
import { type Static, Type } from 'typebox';
import { replyOf } from './ask/index.ts';
import type { AlertSaid, Answer } from './kind.ts';
import { isContainer, isQuestion, type Request } from './request.ts';

/** What a device said of one node, where an answer has several. */
const ResultItem = Type.Object({
  uri: Type.Optional(Type.String()),
  value: Type.Optional(Type.String({ description: 'As text; base64 where the format is bin' })),
  format: Type.Optional(Type.String()),
  type: Type.Optional(Type.String()),
  mark: Type.Optional(Type.String()),
  acl: Type.Optional(Type.String()),
  title: Type.Optional(Type.String()),
  tstamp: Type.Optional(Type.String()),
  verNo: Type.Optional(Type.Integer()),
  content: Type.Optional(Type.Integer()),
  size: Type.Optional(Type.Integer()),
});

/** What a step has changed of one node. */
export const NodeChange = Type.Object({
  uri: Type.String(),
  did: Type.Enum(['add', 'replace', 'delete']),
  was: Type.Optional(
    Type.String({ description: 'Its value before, as far as it is known; of secrets nothing is said' }),
  ),
  now: Type.Optional(Type.String({ description: 'Its value since; of an interior node there is none' })),
  secret: Type.Optional(
    Type.Literal(true, { description: 'It is secret: that it had another value before is all that is told' }),
  ),
});
export type NodeChange = Static<typeof NodeChange>;

/** A node that is not as it is wanted. */
export const NodeDifference = Type.Object({
  uri: Type.String(),
  wanted: Type.Optional(
    Type.String({
      description: 'The value that it should have; absent where it should not be there, and of secrets',
    }),
  ),
  found: Type.Optional(
    Type.String({ description: 'The value that it has; absent where it is not there, and of secrets' }),
  ),
  text: Type.String({ description: 'The same in words' }),
});
export type NodeDifference = Static<typeof NodeDifference>;

/** What a device answered to one command. */
export const CommandResult = Type.Object({
  /** Index of the step in the task. */
  step: Type.Integer(),
  path: Type.Optional(
    Type.String({
      description: 'Where the step stands that is within another one, such as 2/steps/0',
    }),
  ),
  command: Type.String({
    description:
      'Get, Add, Replace, Delete, Copy, Exec; Atomic, Sequence; Alert for a question, or for a generic alert that told an outcome; Converge for what a converge step came to',
  }),
  uri: Type.Optional(Type.String({ description: 'Node that the command is for' })),
  text: Type.Optional(Type.String({ description: 'What the user was asked or told' })),
  status: Type.Union([Type.Integer(), Type.Null()], {
    description:
      'SyncML status code; null when the device did not answer before the session ended. Of a generic alert what it was answered with',
  }),
  outcome: Type.Optional(
    Type.Enum(
      [
        'shown',
        'accepted',
        'rejected',
        'answered',
        'cancelled',
        'timedOut',
        'notSupported',
        'notDisplayable',
        'notExecuted',
        'unanswered',
        'failed',
        'changed',
        'unchanged',
        'different',
      ],
      {
        description:
          'What came of a question, or of a converge step: changed, unchanged, failed, or different where it only observes',
      },
    ),
  ),
  chosen: Type.Optional(Type.Array(Type.Integer(), { description: 'Numbers of the choices, from 1' })),
  byDefault: Type.Optional(
    Type.Enum(['yes', 'maybe'], {
      description:
        'yes: the device says that nobody answered, so that the default holds; maybe: the answer is the default, and whether somebody gave it the device does not say',
    }),
  ),
  value: Type.Optional(
    Type.String({
      description: 'What a Get returned, the user typed or an alert told; base64 where the format is bin',
    }),
  ),
  format: Type.Optional(Type.String()),
  type: Type.Optional(Type.String()),
  content: Type.Optional(
    Type.Integer({ description: 'In place of a value that is large: id of the content that holds it' }),
  ),
  size: Type.Optional(Type.Integer({ description: 'Bytes of the content' })),
  unchanged: Type.Optional(
    Type.Integer({ description: 'Converge: how many nodes were as wanted, without those that are kept' }),
  ),
  changes: Type.Optional(Type.Array(NodeChange, { description: 'Converge: what was changed, node by node' })),
  differences: Type.Optional(
    Type.Array(NodeDifference, { description: 'Converge: what is not as wanted, where it only observes' }),
  ),
  items: Type.Optional(
    Type.Array(ResultItem, { description: 'All that the device said, where that is more than one value' }),
  ),
});
export type CommandResult = Static<typeof CommandResult>;

/** What a step came to as a whole, where that is more than its commands say. */
export type StepSummary = Omit<CommandResult, 'step' | 'path'>;

/** The result that people see for a step as a whole. */
export function summaryResult(path: string, summary: StepSummary): CommandResult {
  return { ...placed(path), ...summary };
}

/**
 * The results that people see for a request: its own, then those of the requests within it.
 *
 * @param path of the step
 */
export function resultsOf(path: string, request: Request, answer: Answer): CommandResult[] {
  const results = [resultOf(path, request, answer)];
  if (!isContainer(request)) return results;
  request.requests.forEach((each, index) => {
    const nested = answer.nested?.[index] ?? { status: null };
    results.push(...resultsOf(`${path}/${each.id}`, each, nested));
  });
  return results;
}

function resultOf(path: string, request: Request, answer: Answer): CommandResult {
  const { status, value, format, type, content, size, items } = answer;
  return {
    ...placed(path),
    command: request.command,
    ...aboutRequest(request, answer),
    status,
    ...(value === undefined ? {} : { value }),
    ...(format === undefined ? {} : { format }),
    ...(type === undefined ? {} : { type }),
    ...(content === undefined ? {} : { content, size }),
    ...(items === undefined || items.length === 0 || isWithheld(request) ? {} : { items: [...items] }),
  };
}

function placed(path: string): Pick<CommandResult, 'step' | 'path'> {
  return { step: Number.parseInt(path, 10), ...(path.includes('/') ? { path } : {}) };
}

function aboutRequest(request: Request, answer: Answer): Partial<CommandResult> {
  if (isContainer(request)) return {};
  if (!isQuestion(request)) return { uri: request.uri };
  const { question } = request;
  const { outcome, text, chosen, byDefault } = replyOf(question, answer);
  return {
    text: question.text,
    outcome,
    ...(chosen === undefined ? {} : { chosen: [...chosen] }),
    ...(byDefault === undefined ? {} : { byDefault }),
    ...(text === undefined || isWithheld(request) ? {} : { value: text }),
  };
}

function isWithheld(request: Request): boolean {
  return isQuestion(request) && request.withheld === true;
}

/** The result that people see for an alert that told the outcome of a step. */
export function alertResult(path: string, { source, type, data, format }: AlertSaid): CommandResult {
  return {
    ...placed(path),
    command: 'Alert',
    ...(source === null ? {} : { uri: source }),
    status: STATUS.OK,
    ...(data === null ? {} : { value: data }),
    ...(format === null ? {} : { format }),
    ...(type === null ? {} : { type }),
  };
}

/** Orders paths of steps as the steps are written. */
export function comparePaths(a: string, b: string): number {
  const left = a.split('/');
  const right = b.split('/');
  for (const [depth, name] of left.entries()) {
    const other = right[depth];
    if (other === undefined) return 1;
    if (name === other) continue;
    const [one, two] = [Number(name), Number(other)];
    if (Number.isInteger(one) && Number.isInteger(two)) return one - two;
    return name < other ? -1 : 1;
  }
  return left.length - right.length;
}

/** Where a result belongs among others. */
export function pathOfResult({ path, step }: CommandResult): string {
  return path ?? String(step);
}
