import { questionRequest } from '../ask/index.ts';
import { type MarkName, marksIn, substituteFor, writeMark } from '../instance-state/index.ts';
import type { NodeRequest, QuestionRequest } from '../request.ts';
import type { InstanceStep } from './step.ts';

/** What the user is asked; undefined where they are not. */
export function questionOf({ confirm }: InstanceStep): QuestionRequest | undefined {
  if (confirm === undefined) return undefined;
  return questionRequest({ kind: 'ask', question: { kind: 'confirm', ...confirm } }, 'confirm');
}

/** The properties that cannot be set on a device without them, and that nothing may stand for. */
export function irreplaceable(step: InstanceStep): MarkName[] {
  const { state = {}, uri: root, reference, unsupported } = step;
  return marksIn(state).filter((name) => {
    if (unsupported === 'fail') return true;
    return substituteFor(name, state[name] === true, { root, reference, serverID: '' }) === undefined;
  });
}

/**
 * The commands that make an instance be as a step says, in the order in which they may be carried out.
 *
 * @param hasMarks whether the device has the three properties; else what stands for them is set, as far as there is such
 * @param serverID the server that keeps its rights where an ACL stands for Locked
 */
export function commandsOf(step: InstanceStep, hasMarks: boolean, serverID: string): NodeRequest[] {
  const { uri: root, state = {}, reference } = step;
  const marks = marksIn(state).flatMap((name): NodeRequest[] => {
    const id = `state/${name}`;
    const on = state[name] === true;
    if (hasMarks) return [writeMark(id, root, name, on)];
    const substitute = substituteFor(name, on, { root, reference, serverID });
    if (substitute === undefined) return [];
    return [{ id, command: 'Replace', uri: substitute.uri, value: substitute.value }];
  });
  return [...additions(step), ...marks];
}

function additions({ uri: root, add }: InstanceStep): NodeRequest[] {
  if (add === undefined) return [];
  const interior = new Set<string>();
  for (const { path } of add.nodes) {
    for (let end = path.indexOf('/'); end >= 0; end = path.indexOf('/', end + 1))
      interior.add(path.slice(0, end));
  }
  const depth = (path: string): number => path.split('/').length;
  return [
    { id: 'add', command: 'Add', uri: root, format: 'node', type: add.object },
    ...[...interior]
      .sort((a, b) => depth(a) - depth(b))
      .map(
        (path): NodeRequest => ({
          id: `add/${path}`,
          command: 'Add',
          uri: `${root}/${path}`,
          format: 'node',
        }),
      ),
    ...add.nodes.map(
      ({ path, value, format, type }): NodeRequest => ({
        id: `add/${path}`,
        command: 'Add',
        uri: `${root}/${path}`,
        value,
        format,
        type,
      }),
    ),
  ];
}
