/** The phone's tree as settings that a person reads. */
import { isStored, type LeafData, type ManagementTree } from '@grove/protocol';
import type { ObjectHandler } from '../objects/index.ts';
import { descriptionOf, isSecret } from '../settings/index.ts';
import { readerOf } from '../tree-reader/index.ts';
import type { NodeView, SettingView } from './view.ts';

/** What is shown of a node: children, and characters of a value. */
const SHOWN = { children: 500, value: 500 } as const;

const ROOT_TITLE = 'Settings';

/** A node and what is below it; undefined when there is no such interior node. */
export function nodeView(
  uri: string,
  tree: ManagementTree,
  handlers: readonly ObjectHandler[],
): NodeView | undefined {
  if (!isPlain(uri) || !tree.has(uri)) return undefined;
  const reader = readerOf(tree);
  if (reader.read(uri) !== undefined) return undefined;
  const names = reader.children(uri);
  return {
    uri,
    title: uri === '.' ? ROOT_TITLE : (titleOf(uri, handlers) ?? uri.slice(uri.lastIndexOf('/') + 1)),
    children: names.slice(0, SHOWN.children).map((name) => settingOf(`${uri}/${name}`, name, tree, handlers)),
    omitted: Math.max(0, names.length - SHOWN.children),
  };
}

function isPlain(uri: string): boolean {
  return uri === '.' || (uri.startsWith('./') && !uri.includes('?'));
}

function settingOf(
  uri: string,
  name: string,
  tree: ManagementTree,
  handlers: readonly ObjectHandler[],
): SettingView {
  const title = titleOf(uri, handlers);
  const data = readerOf(tree).read(uri);
  return {
    uri,
    name,
    ...(title === undefined ? {} : { title }),
    ...(data === undefined ? {} : shownValue(data, isSecret(uri, handlers))),
  };
}

function shownValue(data: LeafData, secret: boolean): Pick<SettingView, 'value' | 'remark'> {
  if (secret) return { value: '••••••', remark: 'A secret: nobody may read it.' };
  if (isStored(data)) return { value: `${data.size} bytes` };
  if (data instanceof Uint8Array) return { value: `${data.length} bytes` };
  if (data.length <= SHOWN.value) return { value: data };
  return { value: `${data.slice(0, SHOWN.value)}…`, remark: `${data.length} characters in all.` };
}

/** What the descriptions call a node: the object at its mount, else the node's title or description. */
function titleOf(uri: string, handlers: readonly ObjectHandler[]): string | undefined {
  const mounted = handlers.find(({ mount }) => mount === uri);
  if (mounted !== undefined) return mounted.object.title;
  const described = descriptionOf(uri, handlers);
  // What is named at run time has a name that says more than what it is one of.
  if (described?.name === undefined) return undefined;
  return described.title ?? described.description;
}
