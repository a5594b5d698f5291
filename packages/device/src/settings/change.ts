import { DEVICE, type ManagementTree, TreeError, USER } from '@grove/protocol';
import { handlerOf, type ObjectHandler } from '../objects/index.ts';
import { isEditable, isRemovable, isSelectable, settingsOf } from './editable.ts';

/** What a user does in the settings. */
export type SettingChange =
  /** Gives a leaf another value. */
  | { readonly kind: 'value'; readonly uri: string; readonly value: string }
  /** Has the device use an instance: makes it the Active one of its service. */
  | { readonly kind: 'use'; readonly uri: string }
  /** Deletes an instance. */
  | { readonly kind: 'delete'; readonly uri: string };

/**
 * Does what a user does in the settings, or nothing.
 *
 * @throws {LockedError} for an instance that a management authority has locked
 * @throws {TreeError} for what is not the user's to change, and for a value that does not fit
 */
export function changeSetting(
  tree: ManagementTree,
  handlers: readonly ObjectHandler[],
  change: SettingChange,
): void {
  const { uri } = change;
  if (!tree.has(uri)) throw new TreeError(404, uri, 'has been deleted');
  const settings = settingsOf(tree, handlers);
  tree.transaction(() => {
    switch (change.kind) {
      case 'value': {
        if (!isEditable(uri, settings)) throw new TreeError(405, uri, 'is not for the user to change');
        const now = tree.get(uri, DEVICE);
        if ('children' in now) return;
        tree.replace(uri, { ...now, data: change.value }, USER);
        break;
      }
      case 'use':
        if (!isSelectable(uri, settings)) throw new TreeError(405, uri, 'is nothing that can be chosen');
        tree.replace(`${uri}?prop=Active`, { format: 'chr', type: 'text/plain', data: 'true' }, USER);
        break;
      case 'delete':
        if (!isRemovable(uri, settings)) throw new TreeError(405, uri, 'is not for the user to delete');
        tree.delete(uri, USER);
    }
    const command = change.kind === 'delete' ? 'Delete' : 'Replace';
    handlerOf(handlers, uri)?.changed?.({ command, uri }, tree);
  });
}
