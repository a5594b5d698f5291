/** Settings: the phone's tree, a screen for each node. */
import type { NodeView, PhoneView, SettingView } from '../view.ts';
import { h, icon } from './dom.ts';
import { instanceCard, lockNotice, signs } from './instance.ts';

/** What the user can do in the settings. */
export interface SettingsActions {
  readonly reset: () => void;
  readonly edit: (setting: SettingView) => void;
  readonly use: (node: NodeView) => void;
  readonly remove: (node: NodeView) => void;
}

/** The screen of a node; undefined for one that is not there, or no longer. */
export function settingsScreen(
  node: NodeView | undefined,
  uri: string,
  view: PhoneView,
  actions: SettingsActions,
): HTMLElement[] {
  const parent = uri === '.' ? '#/' : `#/settings/${uri.slice(0, uri.lastIndexOf('/')) || '.'}`;
  const head = titleBar(node?.title ?? 'Not there', parent, uri === '.' ? undefined : uri);
  if (node === undefined) return [head, h('p', { class: 'empty' }, 'This setting has been deleted.')];
  const { children, omitted, instance, lockedBy } = node;
  return [
    head,
    h(
      'div',
      { class: 'page' },
      uri === '.' ? about(view) : undefined,
      lockedBy !== undefined && lockNotice(lockedBy),
      children.length === 0
        ? h('p', { class: 'empty' }, 'There is nothing here.')
        : h('ul', { class: 'rows' }, ...children.map((child) => row(child, actions.edit))),
      omitted > 0 && h('p', { class: 'empty' }, `… and ${omitted} more`),
      instance !== undefined &&
        instanceCard(instance, { use: () => actions.use(node), remove: () => actions.remove(node) }),
      uri === '.' ? resetButton(view, actions.reset) : undefined,
    ),
  ];
}

export function titleBar(title: string, backTo: string, detail?: string): HTMLElement {
  return h(
    'header',
    { class: 'title' },
    h('a', { class: 'back', href: backTo, 'aria-label': 'Back', 'data-key': 'back' }, icon('back')),
    h('div', {}, h('h1', {}, title), detail !== undefined && h('p', { class: 'uri' }, detail)),
  );
}

function about({ maker, model, firmware, software, language }: PhoneView): HTMLElement {
  const facts = [
    ['Firmware', firmware],
    ['Software', software],
    ['Language', language],
  ] as const;
  return h(
    'section',
    { class: 'about', 'aria-label': 'About this phone' },
    h('h2', {}, `${maker} ${model}`.trim()),
    h(
      'dl',
      { class: 'facts' },
      ...facts.flatMap(([name, value]) => [h('dt', {}, name), h('dd', {}, value || '–')]),
    ),
  );
}

function row(setting: SettingView, edit: SettingsActions['edit']): HTMLElement {
  const { uri, name, title, summary, value, remark, editable, instance } = setting;
  const label = (large: string, small: string | undefined): HTMLElement =>
    h(
      'span',
      { class: 'row-label' },
      h('span', {}, large),
      small !== undefined && h('span', { class: 'row-detail' }, small),
      instance && signs(instance),
    );
  if (value === undefined) {
    const [large, small] = title === undefined ? [name, summary] : [title, summary ?? name];
    return h(
      'li',
      {},
      h('a', { class: 'row', href: `#/settings/${uri}`, 'data-key': uri }, label(large, small), icon('next')),
    );
  }
  const shown = h(
    'span',
    { class: 'row-value', title: remark },
    value === '' ? h('span', { class: 'quiet' }, 'empty') : value,
    remark !== undefined && h('span', { class: 'unseen' }, ` ${remark}`),
    editable !== undefined && icon('edit'),
  );
  if (editable === undefined) return h('li', { class: 'row' }, label(name, title), shown);
  const attributes = { type: 'button', class: 'row edit', 'data-key': uri, onclick: () => edit(setting) };
  return h('li', {}, h('button', attributes, label(name, title), shown));
}

function resetButton({ lasting }: PhoneView, reset: () => void): HTMLElement {
  return h(
    'div',
    { class: 'reset' },
    h(
      'button',
      {
        type: 'button',
        class: 'danger wide',
        'data-key': 'reset',
        disabled: lasting !== undefined,
        onclick: reset,
      },
      'Reset this phone …',
    ),
    lasting !== undefined && h('p', { class: 'empty' }, lasting),
  );
}
