import type { CommandResult } from '@grove/server';
import type { Task } from '../../api/index.ts';
import { describeStatus } from '../../describe/index.ts';
import { formatFacts, formatTime, printable, style, styleState } from '../../output/index.ts';

/** A task with each command and what came of it. */
export function formatTask(task: Task): string[] {
  return [
    ...formatFacts({
      Task: task.id,
      Device: task.devId,
      Created: formatTime(task.createdAt),
      Ended: task.finishedAt === null ? undefined : formatTime(task.finishedAt),
      Session: task.sessionId ?? undefined,
      State: { text: task.state, style: styleState },
      Reason: task.reason ?? undefined,
    }),
    '',
    ...(task.results === null ? task.steps.map(formatStep) : formatResults(task.results)),
  ];
}

/** One line for each command: what was asked, the status, and the value that was read. */
export function formatResults(results: readonly CommandResult[]): string[] {
  return results.map(({ command, uri, text, status, value, format }) => {
    const said = status === null ? style('red', 'no answer') : describeStatus(status);
    const shown = value === undefined ? '' : ` = ${printable(value)}`;
    const as =
      format === undefined || format === 'chr' || value === undefined ? '' : style('dim', ` (${format})`);
    const what = uri === undefined ? (text === undefined ? '' : JSON.stringify(text)) : uri;
    return `${command.padEnd(7)} ${printable(what)}${shown}${as}  ${said}`;
  });
}

type Step = Task['steps'][number];

function formatStep(step: Step): string {
  switch (step.kind) {
    case 'converge':
      return `converge ${printable(step.root)} on ${step.nodes.length} values`;
    case 'copy':
      return `copy ${printable(step.uri)} to ${printable(step.to)}`;
    case 'list':
      return `list ${printable(step.uri)} as ${step.as}`;
    case 'tree':
      return `tree ${step.mode} ${printable(step.uri)} with ${step.nodes.length} nodes`;
    case 'ask':
      return `ask ${step.question.kind} ${JSON.stringify(step.question.text)}`;
    case 'atomic':
    case 'sequence':
      return `${step.kind} of ${step.steps.map(formatStep).join(', ')}`;
    default: {
      const value = 'value' in step && step.value !== undefined ? ` = ${printable(step.value)}` : '';
      return `${step.kind} ${printable(step.uri)}${value}`;
    }
  }
}
