import type { Command } from 'commander';
import { type DeviceTree, type KnownInstances, segment } from '../../api/index.ts';
import { type Branch, cut, formatTree, note, printable, style } from '../../output/index.ts';
import { defineCall } from '../call.ts';

/** Characters of a value that are shown. */
const SHOWN = 100;

export function defineTree(parent: Command): void {
  defineCall<{ under: string }>(parent, {
    usage: 'tree <device>',
    summary: "show what is known of a device's tree",
    examples: ['grove devices tree IMEI:490154203237518', 'grove devices tree 7 --under ./DevInfo'],
    options: (command) => command.option('--under <uri>', 'the node to begin with', '.'),
    async run(api, [key = ''], { under }) {
      const answer = await api.get<{ tree: DeviceTree; complete: boolean }>(`devices/${segment(key)}/tree`, {
        under,
      });
      const { instances } = await api.get<KnownInstances>(`devices/${segment(key)}/instances`);
      const states = new Map(instances.map((each) => [each.uri, stateOf(each)]));
      const { tree, complete } = answer;
      if (tree.node === null && tree.children.length === 0)
        note(`Nothing is known of ${printable(tree.uri)}.`);
      if (!complete) note('There are more nodes; --under shows a part.');
      return {
        json: answer,
        lines: () => [
          label(tree, tree.uri, states),
          ...formatTree(tree.children.map((child) => branchOf(child, states))),
        ],
      };
    },
  });
}

/** What instances are, by the URIs of their roots. */
type States = ReadonlyMap<string, string>;

/** `Active, Locked`; empty where it is nothing of the kind. */
function stateOf({ active, default: byDefault, locked }: KnownInstances['instances'][number]): string {
  return Object.entries({ Active: active, Default: byDefault, Locked: locked })
    .flatMap(([name, on]) => (on ? [name] : []))
    .join(', ');
}

function branchOf(tree: DeviceTree, states: States): Branch {
  return {
    label: label(tree, tree.name, states),
    children: tree.children.map((child) => branchOf(child, states)),
  };
}

function label({ node, children, uri }: DeviceTree, name: string, states: States): string {
  if (node === null || node.format === 'node' || children.length > 0) {
    const state = states.get(uri) ?? '';
    return `${style('bold', printable(name))}${state === '' ? '' : ` ${style('dim', `(${state})`)}`}`;
  }
  const format = node.format === 'chr' ? '' : ` ${style('dim', `(${printable(node.format)})`)}`;
  const value = node.value === null ? style('dim', 'not known') : cut(printable(node.value), SHOWN);
  return `${printable(name)} = ${value}${format}`;
}
