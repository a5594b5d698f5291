/** Settings: the phone's tree, a screen for each node. */
import type { NodeView, PhoneView, SettingView } from '../view.ts';
import { h, icon } from './dom.ts';

/** The screen of a node; undefined for one that is not there, or no longer. */
export function settingsScreen(
  node: NodeView | undefined,
  uri: string,
  view: PhoneView,
  reset: () => void,
): HTMLElement[] {
  const parent = uri === '.' ? '#/' : `#/settings/${uri.slice(0, uri.lastIndexOf('/')) || '.'}`;
  const head = titleBar(node?.title ?? 'Not there', parent, uri === '.' ? undefined : uri);
  if (node === undefined) return [head, h('p', { class: 'empty' }, 'This setting has been deleted.')];
  const { children, omitted } = node;
  return [
    head,
    h(
      'div',
      { class: 'page' },
      uri === '.' ? about(view) : undefined,
      children.length === 0
        ? h('p', { class: 'empty' }, 'There is nothing here.')
        : h('ul', { class: 'rows' }, ...children.map(row)),
      omitted > 0 && h('p', { class: 'empty' }, `… and ${omitted} more`),
      uri === '.' ? resetButton(view, reset) : undefined,
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

function row({ uri, name, title, value, remark }: SettingView): HTMLElement {
  const label = (large: string, small: string | undefined): HTMLElement =>
    h(
      'span',
      { class: 'row-label' },
      h('span', {}, large),
      small !== undefined && h('span', { class: 'row-detail' }, small),
    );
  if (value === undefined) {
    const [large, small] = title === undefined ? [name] : [title, name];
    return h(
      'li',
      {},
      h('a', { class: 'row', href: `#/settings/${uri}`, 'data-key': uri }, label(large, small), icon('next')),
    );
  }
  return h(
    'li',
    { class: 'row' },
    label(name, title),
    h(
      'span',
      { class: 'row-value', title: remark },
      value === '' ? h('span', { class: 'quiet' }, 'empty') : value,
      remark !== undefined && h('span', { class: 'unseen' }, ` ${remark}`),
    ),
  );
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
