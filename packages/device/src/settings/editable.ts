import { DEVICE, type Instance, isStored, type ManagementTree } from '@grove/protocol';
import { handlerOf, type ObjectHandler } from '../objects/index.ts';
import { descriptionOf } from './described.ts';

/** A phone's settings, as they are now. */
export interface Settings {
  readonly tree: ManagementTree;
  readonly handlers: readonly ObjectHandler[];
  /** Instances of services. */
  readonly instances: readonly Instance[];
}

export function settingsOf(tree: ManagementTree, handlers: readonly ObjectHandler[]): Settings {
  return { tree, handlers, instances: tree.instances() };
}

/** Whether settings are the user's affair at all: what he has with his operators is not. */
export function isForUser(uri: string, { handlers }: Settings): boolean {
  const handler = handlerOf(handlers, uri);
  return handler !== undefined && handler.forUser !== false;
}

/** The instance of a service that a node is the root of, or lies in. */
export function instanceAround(uri: string, { instances }: Settings): Instance | undefined {
  return instances.find((each) => uri === each.uri || uri.startsWith(`${each.uri}/`));
}

/**
 * Whether a value is one that a user may change, unless it is locked: one that servers could change as well, or any of
 * an instance of a service.
 */
export function isEditable(uri: string, settings: Settings): boolean {
  const { tree, handlers } = settings;
  if (!isForUser(uri, settings) || !tree.has(uri)) return false;
  const found = tree.get(uri, DEVICE);
  if ('children' in found || found.format === 'null' || isStored(found.data)) return false;
  if (typeof found.data !== 'string') return false;
  const described = descriptionOf(uri, handlers);
  return described?.access.includes('Replace') ?? instanceAround(uri, settings) !== undefined;
}

/** Whether a node is one that a user may delete, unless it is locked: an instance of a service. */
export function isRemovable(uri: string, settings: Settings): boolean {
  const { tree } = settings;
  return isForUser(uri, settings) && !tree.isPermanent(uri) && instanceAround(uri, settings)?.uri === uri;
}

/** Whether a user may have the device use an instance in place of others of its service. */
export function isSelectable(uri: string, settings: Settings): boolean {
  const { tree } = settings;
  return tree.hasInstanceState && isForUser(uri, settings) && instanceAround(uri, settings)?.uri === uri;
}
