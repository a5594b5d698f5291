/** Notifications: what the phone is reached by, what came, and what became of it. */
import type { NotificationEntry } from '../../agent/index.ts';
import type { ReachedBy } from '../../push/index.ts';
import type { PhoneView } from '../view.ts';
import { h } from './dom.ts';
import { sentence } from './sessions.ts';
import { titleBar } from './settings.ts';

const STATES: Readonly<Record<NotificationEntry['state'], { name: string; kind: string }>> = {
  deciding: { name: 'Being decided', kind: 'running' },
  accepted: { name: 'Accepted', kind: 'running' },
  held: { name: 'Session held', kind: 'completed' },
  settled: { name: 'Settled', kind: 'completed' },
  postponed: { name: 'Put off', kind: 'interrupted' },
  refused: { name: 'Refused', kind: 'refused' },
  expired: { name: 'Expired', kind: 'failed' },
  ignored: { name: 'Ignored', kind: 'failed' },
};

const BEARER_STATES: Readonly<Record<ReachedBy['state'], string>> = {
  up: 'Reached',
  connecting: 'Connecting',
  down: 'Not reached',
};

export function notificationsScreen(view: PhoneView, takeUp: () => void): HTMLElement[] {
  const { bearers, notifications } = view;
  return [
    titleBar('Notifications', '#/'),
    h(
      'div',
      { class: 'page' },
      h('h2', { class: 'part' }, 'Reached by'),
      bearers.length === 0
        ? h('p', { class: 'empty' }, 'No bearer reaches this phone.')
        : h('ul', { class: 'rows' }, ...bearers.map(bearerRow)),
      decideButton(view, takeUp),
      h('h2', { class: 'part' }, 'What came'),
      notifications.length === 0
        ? h('p', { class: 'empty' }, 'No notification yet.')
        : h('ul', { class: 'notes' }, ...notifications.map(note)),
    ),
  ];
}

/** Has the user decide on what was put off; absent where there is nothing, or somebody is being asked. */
export function decideButton(
  { waiting, question, busy }: PhoneView,
  takeUp: () => void,
): HTMLElement | undefined {
  if (waiting === 0 || question !== undefined) return undefined;
  return h(
    'button',
    { type: 'button', class: 'wide', 'data-key': 'takeup', disabled: busy, onclick: takeUp },
    'Decide on the waiting session',
  );
}

/** A dot that says whether a bearer works, and words for those who do not see it. */
export function bearerMark({ state }: ReachedBy): HTMLElement {
  return h('span', { class: `dot dot-${state}`, title: BEARER_STATES[state] });
}

function bearerRow(bearer: ReachedBy): HTMLElement {
  const { bearer: name, address, state, text } = bearer;
  return h(
    'li',
    { class: 'bearer' },
    bearerMark(bearer),
    h(
      'span',
      { class: 'row-label' },
      h('span', {}, h('b', {}, name), ' ', h('bdi', { class: 'bearer-address' }, address)),
      h('span', { class: 'row-detail' }, `${BEARER_STATES[state]}: ${text}`),
    ),
  );
}

function note(entry: NotificationEntry): HTMLElement {
  const { key, state, text, times, came, bearer, from, sessionID, reason } = entry;
  const { name, kind } = STATES[state];
  const how = bearer === undefined ? 'handed to the phone' : `${bearer} from ${from}`;
  const often = times === 1 ? '' : `, ${times.toLocaleString('en')} times`;
  return h(
    'li',
    { class: 'note', 'data-key': `note ${key}` },
    h(
      'p',
      { class: 'note-head' },
      h('span', { class: `badge state-${kind}` }, name),
      h('span', { class: 'when' }, `${new Date(came).toLocaleTimeString()}${often}`),
    ),
    reason !== undefined && h('p', { dir: 'auto' }, h('q', {}, reason)),
    text !== '' && h('p', {}, sentence(text)),
    h('p', { class: 'quiet' }, h('bdi', {}, how), sessionID === undefined ? '' : `, session ${sessionID}`),
  );
}
