import { inputFault, QUESTION_LIMITS, type Question } from '@grove/protocol';
import type { Checking } from '../checking/index.ts';
import type { PlacedStep, StepKind } from '../kind.ts';
import type { Step } from '../kinds.ts';
import type { QuestionRequest } from '../request.ts';
import { type Outcome, type Reply, replyOf, whyUnanswered } from './outcome.ts';
import type { AskStep, Policy } from './step.ts';

export { type Outcome, type Reply, replyOf, whyUnanswered } from './outcome.ts';
export { AskStep } from './step.ts';

/** Null until answered. */
type Progress = {
  readonly reply: Reply;
  readonly status: number | null;
  readonly reason?: string | undefined;
} | null;

/** Tells the user something or asks them; what follows within the step depends on the answer. */
export const ask: StepKind<AskStep, Progress> = {
  adjacent: () => false,
  check: checkAsk,
  start: () => null,
  requests: (step, progress) => (progress === null ? [questionRequest(step, '')] : []),
  answered: (step, _progress, _request, answer) => ({
    reply: replyOf(questionOf(step), answer),
    status: answer.status,
    reason: answer.reason,
  }),
  failure(step, progress) {
    if (progress === null || policyOf(step, progress.reply) !== 'fail') return undefined;
    return progress.reason ?? whyUnanswered(questionOf(step), progress.reply, progress.status);
  },
  declined: (_step, progress) =>
    progress !== null && (progress.reply.outcome === 'rejected' || progress.reply.outcome === 'cancelled'),
  reports: () => true,
  branch: (step, progress) => (progress === null ? [] : branchOf(step, progress.reply)),
};

/** The question that a step is, with what it need not say. */
export function questionOf({ question }: AskStep): Question {
  if (question.kind !== 'input') return question;
  const { input = 'text', maxLength = QUESTION_LIMITS.input, hidden = false } = question;
  return { ...question, input, maxLength, hidden };
}

export function questionRequest(step: AskStep, id: string): QuestionRequest {
  const question = questionOf(step);
  const isWithheld = isHidden(question) && step.reveal !== true;
  return { id, command: 'Alert', question, ...(isWithheld ? { withheld: true } : {}) };
}

/** Whether the user does not see what is typed. */
function isHidden(question: Question | AskStep['question']): boolean {
  return question.kind === 'input' && question.hidden === true;
}

/** Outcomes of which a step may say what follows. */
const ON: Partial<Record<Outcome, keyof NonNullable<AskStep['on']>>> = {
  rejected: 'rejected',
  cancelled: 'cancelled',
  timedOut: 'timedOut',
  notSupported: 'notSupported',
  notDisplayable: 'notDisplayable',
};

function policyOf({ on = {}, otherwise }: AskStep, { outcome, byDefault }: Reply): Policy {
  if (byDefault === 'yes' && on.byDefault !== undefined) return on.byDefault;
  if (outcome === 'shown' || outcome === 'accepted' || outcome === 'answered') return 'steps';
  const name = ON[outcome];
  const said = name === undefined ? undefined : on[name];
  return said ?? (outcome === 'rejected' && otherwise !== undefined ? 'otherwise' : 'fail');
}

function branchOf(step: AskStep, reply: Reply): PlacedStep[] {
  const placed = (steps: readonly Step[] = [], name: string): PlacedStep[] =>
    steps.map((each, index) => ({ at: `${name}/${index}`, step: each }));
  switch (policyOf(step, reply)) {
    case 'steps': {
      const cases = (step.cases ?? []).flatMap(({ choice, steps }, index) =>
        reply.chosen?.includes(choice) ? placed(steps, `cases/${index}/steps`) : [],
      );
      return [...cases, ...placed(step.steps, 'steps')];
    }
    case 'otherwise':
      return placed(step.otherwise, 'otherwise');
    default:
      return [];
  }
}

function checkAsk(step: AskStep, checking: Checking): AskStep {
  const { field, problems } = checking;
  const { question, steps, cases, otherwise, reveal } = step;
  checkQuestion(question, `${field}/question`, problems);
  if (reveal !== undefined && !isHidden(question)) {
    const expected = 'nothing here: only what is typed "hidden" is not in the results';
    problems.push({ field: `${field}/reveal`, value: reveal, expected });
  }
  cases?.forEach(({ choice }, index) => {
    const count = 'choices' in question ? question.choices.length : 0;
    if (choice <= count) return;
    const expected =
      count === 0 ? 'no cases: nothing is chosen here' : `the number of a choice, 1 to ${count}`;
    problems.push({ field: `${field}/cases/${index}/choice`, value: choice, expected });
  });
  const within = (list: readonly Step[], name: string): Step[] => checking.steps(list, name);
  return {
    ...step,
    ...(steps === undefined ? {} : { steps: within(steps, 'steps') }),
    ...(cases === undefined
      ? {}
      : {
          cases: cases.map((each, index) => ({ ...each, steps: within(each.steps, `cases/${index}/steps`) })),
        }),
    ...(otherwise === undefined ? {} : { otherwise: within(otherwise, 'otherwise') }),
  };
}

/** Checks what the schema cannot say: that the default is an answer, and the times go together. */
function checkQuestion(question: AskStep['question'], field: string, problems: Checking['problems']): void {
  const { minDisplay = 0, maxDisplay = Number.POSITIVE_INFINITY } = question;
  if (minDisplay > maxDisplay) {
    problems.push({ field: `${field}/maxDisplay`, value: maxDisplay, expected: 'no less than minDisplay' });
  }
  if (question.kind === 'display' || question.kind === 'confirm' || question.default === undefined) return;
  const refuse = (expected: string) =>
    problems.push({ field: `${field}/default`, value: question.default, expected });
  if (question.kind === 'input') {
    const { input = 'text', maxLength = QUESTION_LIMITS.input } = question;
    const fault = inputFault({ kind: 'input', text: '', input, maxLength, hidden: false }, question.default);
    if (fault !== undefined) refuse(`a default that may be typed: ${fault}`);
    return;
  }
  const count = question.choices.length;
  if ([question.default].flat().some((each) => each > count)) {
    refuse(`numbers of choices, 1 to ${count}`);
  }
}
