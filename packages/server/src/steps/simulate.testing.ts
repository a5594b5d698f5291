/** Carries out steps against a device that is a function. */
import {
  type Answer,
  answerRequest,
  dueRequests,
  type Step,
  type StepRequest,
  startWork,
  type WorkProgress,
  type WorkResult,
  workResult,
} from './index.ts';

export type Device = (request: StepRequest) => Answer;

export interface Run {
  /** What travelled together, `Get ./A`, `Add ./A/B=x`. */
  readonly rounds: readonly (readonly string[])[];
  readonly result: WorkResult;
}

/** Work that never ends is a fault. */
const MAX_ROUNDS = 50;

export function carryOut(steps: readonly Step[], device: Device): Run {
  const rounds: string[][] = [];
  // As between two messages, progress is JSON.
  let progress = asJson(startWork(steps));
  for (let due = dueRequests(steps, progress); due.length > 0; due = dueRequests(steps, progress)) {
    if (rounds.length === MAX_ROUNDS) throw new Error(`no end after ${MAX_ROUNDS} rounds`);
    rounds.push(due.map(shown));
    for (const request of due) progress = answerRequest(steps, progress, request, device(request));
    progress = asJson(progress);
  }
  return { rounds, result: workResult(steps, progress) };
}

export function shown({ command, uri, value }: StepRequest): string {
  return `${command} ${uri}${value === undefined ? '' : `=${value}`}`;
}

function asJson(progress: WorkProgress): WorkProgress {
  return JSON.parse(JSON.stringify(progress)) as WorkProgress;
}

/** A device that does what the standard says, with the values of leaves; interior nodes have undefined. */
export function treeDevice(tree: Map<string, string | undefined>): Device {
  return ({ command, uri, value, format }) => {
    const there = tree.has(uri);
    const parent = uri.slice(0, uri.lastIndexOf('/'));
    switch (command) {
      case 'Get':
        if (!there) return { status: 404 };
        return {
          status: 200,
          value: tree.get(uri) ?? '',
          format: tree.get(uri) === undefined ? 'node' : 'chr',
        };
      case 'Add':
        if (there) return { status: 418 };
        if (parent !== '.' && !tree.has(parent)) return { status: 404 };
        tree.set(uri, format === 'node' ? undefined : (value ?? ''));
        return { status: 200 };
      case 'Replace':
        if (!there) return { status: 404 };
        tree.set(uri, value ?? '');
        return { status: 200 };
      case 'Delete':
        return { status: tree.delete(uri) ? 200 : 404 };
      default:
        return { status: 200 };
    }
  };
}
