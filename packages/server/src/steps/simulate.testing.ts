/** Carries out steps against a device that is a function. */
import {
  type Abilities,
  type Answer,
  answerRequest,
  dueRequests,
  isContainer,
  isQuestion,
  type NodeRequest,
  type Request,
  type Situation,
  type Step,
  startWork,
  type WorkProgress,
  type WorkResult,
  workResult,
} from './index.ts';

/** How a device answers a command on a node. */
export type Device = (request: NodeRequest) => Answer;

/** How a device answers whatever it is asked. */
export type AnyDevice = (request: Request) => Answer;

export interface Run {
  /** What travelled together, `Get ./A`, `Add ./A/B=x`. */
  readonly rounds: readonly (readonly string[])[];
  readonly result: WorkResult;
}

/** Work that never ends is a fault. */
const MAX_ROUNDS = 50;

export const NOW = 1_700_000_000_000;

export function situation(abilities: Abilities = {}): Situation {
  return { abilities, serverID: 'grove', work: { kind: 'task', id: 1 } };
}

/** Carries out steps on a device that takes commands on nodes only. */
export function carryOut(steps: readonly Step[], device: Device, abilities?: Abilities): Run {
  return converse(steps, onNodes(device), abilities);
}

/** Carries out steps on a device that may be asked anything. */
export function converse(steps: readonly Step[], device: AnyDevice, abilities?: Abilities): Run {
  const about = situation(abilities);
  const rounds: string[][] = [];
  // As between two messages, progress is JSON.
  let progress = asJson(startWork());
  const dueNow = () => dueRequests(steps, progress, about);
  for (let due = dueNow(); due.length > 0; due = dueNow()) {
    if (rounds.length === MAX_ROUNDS) throw new Error(`no end after ${MAX_ROUNDS} rounds`);
    rounds.push(due.map(shown));
    for (const request of due) progress = answerRequest(steps, progress, request, device(request), NOW);
    progress = asJson(progress);
  }
  return { rounds, result: workResult(steps, progress) };
}

function onNodes(device: Device): AnyDevice {
  return (request) => (isContainer(request) || isQuestion(request) ? { status: 406 } : device(request));
}

export function shown(request: Request): string {
  if (isContainer(request)) return `${request.command}[${request.requests.map(shown).join(', ')}]`;
  if (isQuestion(request)) return `${request.question.kind} ${request.question.text}`;
  const { command, uri, value } = request;
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

/** As {@link treeDevice}, with `?list=StructData` and the marks of instances, `./A?prop=Active`. */
export function listingDevice(tree: Map<string, string | undefined>, lists = true): Device {
  const plain = treeDevice(tree);
  return (request) => {
    const [node = '', query] = request.uri.split('?');
    if (query === undefined) {
      if (request.command !== 'Delete') return plain(request);
      const gone = [...tree.keys()].filter(
        (uri) => uri === node || uri.startsWith(`${node}/`) || uri.startsWith(`${node}?`),
      );
      for (const uri of gone) tree.delete(uri);
      return { status: gone.length > 0 ? 200 : 404 };
    }
    if (!tree.has(node)) return { status: 404 };
    if (query.startsWith('prop=')) {
      if (request.command === 'Get') return { status: 200, value: tree.get(request.uri) ?? 'false' };
      tree.set(request.uri, request.value ?? '');
      return { status: 200 };
    }
    if (!lists) return { status: 406 };
    const items = [...tree]
      .filter(([uri]) => uri === node || (uri.startsWith(`${node}/`) && !uri.includes('?')))
      .map(([uri, value]) => (value === undefined ? { uri, format: 'node' } : { uri, value, format: 'chr' }));
    return { status: 200, items, ...items[0] };
  };
}
