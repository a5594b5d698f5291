/** Instances of a service in the settings: which one the phone uses, and whose they are. */
import type { InstanceView, NodeView } from '../view.ts';
import { h, icon } from './dom.ts';

/** What can be done with an instance. */
export interface InstanceActions {
  readonly use: () => void;
  readonly remove: () => void;
}

/** What an instance is, in a line of small signs; undefined where there is nothing to say. */
export function signs({
  inUse,
  active,
  default: byDefault,
  lockedBy,
}: InstanceView): HTMLElement | undefined {
  const said = [
    inUse &&
      h(
        'span',
        { class: 'sign sign-use' },
        icon('check'),
        byDefault && !active ? 'In use by default' : 'In use',
      ),
    byDefault && active && h('span', { class: 'sign' }, 'Default'),
    byDefault && !active && !inUse && h('span', { class: 'sign' }, 'Default'),
    lockedBy !== undefined && h('span', { class: 'sign sign-lock' }, icon('lock'), `Locked by ${lockedBy}`),
  ].filter((each) => each !== false);
  return said.length === 0 ? undefined : h('span', { class: 'signs' }, ...said);
}

/** That an authority has locked what is shown. */
export function lockNotice(lockedBy: string): HTMLElement {
  return h(
    'p',
    { class: 'locked', role: 'note' },
    icon('lock'),
    h('span', {}, `${lockedBy} has locked these settings. Only they can change them.`),
  );
}

/** What an instance is, and what can be done with it. */
export function instanceCard(
  instance: NonNullable<NodeView['instance']>,
  { use, remove }: InstanceActions,
): HTMLElement {
  const { inUse, active, selectable, removable } = instance;
  const { lockedBy: _, ...rest } = instance;
  return h(
    'section',
    { class: 'instance', 'aria-label': 'What it is used for' },
    signs(rest) ?? h('p', { class: 'quiet' }, 'Not in use'),
    selectable &&
      !active &&
      h(
        'button',
        { type: 'button', class: 'primary wide', 'data-key': 'use', onclick: use },
        inUse ? 'Keep using these settings' : 'Use these settings',
      ),
    removable &&
      h(
        'button',
        { type: 'button', class: 'danger wide', 'data-key': 'remove', onclick: remove },
        'Delete these settings …',
      ),
  );
}
