import { describeStatus } from '@grove/protocol';
import type { CommandResult } from '@grove/server';
import type { Task } from '../../api/index.ts';
import {
  formatBytes,
  formatFacts,
  formatTime,
  paint,
  printable,
  style,
  styleState,
} from '../../output/index.ts';

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

/** One line for each command: what was asked, the status, and what was said; Items below it. */
export function formatResults(results: readonly CommandResult[]): string[] {
  return results.flatMap((result) => {
    const { command, uri, text, status, items = [], changes = [] } = result;
    const said = status === null ? style('red', 'no answer') : paint(describeStatus(status));
    const about = uri ?? (text === undefined ? '' : JSON.stringify(text));
    const line = `${command.padEnd(7)} ${printable(about)}${formatValue(result)}  ${said}${outcomeOf(result)}`;
    return [line, ...(text === undefined ? items.map(formatItem) : []), ...changes.map(formatChange)];
  });
}

function formatValue({ value, format, content, size = 0 }: CommandResult): string {
  if (content !== undefined) return ` = content ${content} (${formatBytes(size)})`;
  if (value === undefined) return '';
  return ` = ${printable(value)}${format === undefined || format === 'chr' ? '' : style('dim', ` (${format})`)}`;
}

function outcomeOf({ outcome, chosen = [], byDefault }: CommandResult): string {
  if (outcome === undefined) return '';
  const numbers = chosen.length === 0 ? '' : ` ${chosen.join(', ')}`;
  const defaulted =
    byDefault === undefined ? '' : byDefault === 'yes' ? ', by default' : ', perhaps by default';
  return `: ${outcome}${numbers}${defaulted}`;
}

const DID = { add: 'added', replace: 'changed', delete: 'deleted' } as const;

function formatChange({ uri, did, was, now }: NonNullable<CommandResult['changes']>[number]): string {
  const before = was === undefined ? '' : ` from ${printable(was)}`;
  const after = now === undefined ? '' : `${did === 'add' ? ' =' : ' to'} ${printable(now)}`;
  return `        ${printable(uri)} ${DID[did]}${before}${after}`;
}

function formatItem({ uri = '', value, format, type }: NonNullable<CommandResult['items']>[number]): string {
  const shown = value === undefined ? '' : ` = ${printable(value)}`;
  const kind = [format, type].filter((each) => each !== undefined && each !== 'chr').join(', ');
  return `        ${printable(uri)}${shown}${kind === '' ? '' : style('dim', ` (${kind})`)}`;
}

type Step = Task['steps'][number];

/** `Active, not Locked`. */
function formatState({
  active,
  default: byDefault,
  locked,
}: NonNullable<Extract<Step, { kind: 'instance' }>['state']> = {}): string {
  return Object.entries({ Active: active, Default: byDefault, Locked: locked })
    .flatMap(([name, on]) => (on === undefined ? [] : [on ? name : `not ${name}`]))
    .join(', ');
}

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
    case 'instance': {
      const what = formatState(step.state);
      return `${step.add === undefined ? 'instance' : 'new instance'} ${printable(step.uri)}${what === '' ? '' : ` ${what}`}`;
    }
    case 'instances':
      return `instances of ${printable(step.roots?.join(', ') ?? step.object ?? 'all objects')}`;
    case 'ask':
      return `ask ${step.question.kind} ${JSON.stringify(step.question.text)}`;
    case 'atomic':
    case 'sequence':
      return `${step.kind} of ${step.steps.map(formatStep).join(', ')}`;
    default: {
      const held = 'content' in step && step.content !== undefined ? ` = content ${step.content}` : '';
      const value = 'value' in step && step.value !== undefined ? ` = ${printable(step.value)}` : held;
      return `${step.kind} ${printable(step.uri)}${value}`;
    }
  }
}
