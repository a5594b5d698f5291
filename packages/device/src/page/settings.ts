/** The phone's tree as settings that a person reads. */
import { DEVICE, inUse, isStored, type LeafData, POLICY_URI, serviceOf } from '@grove/protocol';
import type { ObjectHandler } from '../objects/index.ts';
import {
  descriptionOf,
  instanceAround,
  isEditable,
  isForUser,
  isRemovable,
  isSecret,
  isSelectable,
  type Settings,
} from '../settings/index.ts';
import { readerOf } from '../tree-reader/index.ts';
import { policyInWords } from './policy.ts';
import type { InstanceView, NodeView, SettingView } from './view.ts';

/** What is shown of a node: children, and characters of a value. */
const SHOWN = { children: 500, value: 500 } as const;

const ROOT_TITLE = 'Settings';

/** What a phone's settings are shown with. */
export interface Shown extends Settings {
  /** What the user knows a server by. */
  readonly nameOf: (serverID: string) => string;
}

/** A node and what is below it; undefined when there is no such interior node. */
export function nodeView(uri: string, shown: Shown): NodeView | undefined {
  const { tree, handlers } = shown;
  if (!isPlain(uri) || !tree.has(uri)) return undefined;
  const reader = readerOf(tree);
  if (reader.read(uri) !== undefined) return undefined;
  const names = reader.children(uri);
  const instance = instanceView(uri, shown);
  const around = instanceAround(uri, shown)?.lockedBy;
  return {
    uri,
    title: uri === '.' ? ROOT_TITLE : (titleOf(uri, handlers) ?? uri.slice(uri.lastIndexOf('/') + 1)),
    children: names.slice(0, SHOWN.children).map((name) => settingOf(`${uri}/${name}`, name, shown)),
    omitted: Math.max(0, names.length - SHOWN.children),
    ...(instance === undefined || !isForUser(uri, shown)
      ? {}
      : {
          instance: {
            ...instance,
            selectable: isSelectable(uri, shown),
            removable: isRemovable(uri, shown),
          },
        }),
    ...(around === undefined ? {} : { lockedBy: shown.nameOf(around) }),
  };
}

function isPlain(uri: string): boolean {
  return uri === '.' || (uri.startsWith('./') && !uri.includes('?'));
}

/**
 * What an instance is among those of its service; undefined for any other node. A phone without Active and Default uses
 * the first one.
 */
function instanceView(uri: string, { instances, tree, nameOf }: Shown): InstanceView | undefined {
  const instance = instances.find((each) => each.uri === uri);
  if (instance === undefined) return undefined;
  const { urn, active, default: byDefault, lockedBy } = instance;
  const ofService = instances.filter((each) => serviceOf(each.urn) === serviceOf(urn));
  return {
    inUse: (tree.hasInstanceState ? inUse(ofService) : ofService[0]) === instance,
    active,
    default: byDefault,
    ...(lockedBy === undefined ? {} : { lockedBy: nameOf(lockedBy) }),
  };
}

function settingOf(uri: string, name: string, shown: Shown): SettingView {
  const { tree, handlers } = shown;
  const title = titleOf(uri, handlers);
  const found = tree.get(uri, DEVICE);
  const said = { uri, name, ...(title === undefined ? {} : { title }) };
  if ('children' in found) {
    const instance = isForUser(uri, shown) ? instanceView(uri, shown) : undefined;
    return {
      ...said,
      ...(uri === POLICY_URI ? { summary: policyInWords(readerOf(tree)) } : {}),
      ...(instance === undefined ? {} : { instance }),
    };
  }
  return {
    ...said,
    ...shownValue(found.data, isSecret(uri, handlers)),
    ...(isEditable(uri, shown) ? { editable: found.format } : {}),
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
