/** All phones that the page has, each a link to its own. */
import type { PhoneEntry } from '../view.ts';
import { h, part, swap } from './dom.ts';

/** Shows the phones, and keeps what is shown of them up to date. */
export function showOverview(
  watch: (listener: (phones: readonly PhoneEntry[] | undefined) => void) => void,
): void {
  const overview = part('overview');
  overview.hidden = false;
  document.title = 'Phones';
  watch((phones) => {
    document.body.classList.toggle('off', phones === undefined);
    if (phones !== undefined) swap(overview, h('h1', {}, 'Phones'), h('ul', {}, ...phones.map(card)));
  });
}

function card(phone: PhoneEntry): HTMLElement {
  const { id, name, operator } = phone;
  const { words, kind } = stateOf(phone);
  return h(
    'li',
    { 'data-key': id },
    h(
      'a',
      { href: `?phone=${encodeURIComponent(id)}`, 'data-key': `open ${id}`, class: `card card-${kind}` },
      h('span', { class: 'card-name' }, name || 'Phone'),
      h('span', { class: 'card-id' }, id),
      h('span', { class: 'card-operator' }, h('bdi', {}, operator || 'No operator')),
      h('span', { class: 'card-state' }, words),
    ),
  );
}

function stateOf({ asks, busy, waiting, last }: PhoneEntry): { words: string; kind: string } {
  if (asks) return { words: 'Its user is being asked', kind: 'asks' };
  if (busy) return { words: 'Being managed …', kind: 'busy' };
  if (waiting > 0)
    return { words: waiting === 1 ? 'A session waits' : `${waiting} sessions wait`, kind: 'waits' };
  if (last === undefined) return { words: 'No session yet', kind: 'quiet' };
  const time = new Date(last.begun).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
  return last.state === 'completed'
    ? { words: `Last managed at ${time}`, kind: 'quiet' }
    : { words: `Session ${last.state} at ${time}`, kind: 'failed' };
}
