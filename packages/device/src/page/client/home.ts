/** The home screen: what the phone is, who manages it, and what can be done. */
import type { ReachedBy } from '../../push/index.ts';
import type { PhoneView, SessionSummary } from '../view.ts';
import { h, icon } from './dom.ts';
import { bearerMark, decideButton } from './notifications.ts';
import { sentence } from './sessions.ts';

export interface HomeActions {
  connect(): void;
  takeUp(): void;
}

export function homeScreen(view: PhoneView, actions: HomeActions): HTMLElement[] {
  const { maker, model, devId, operator, busy, sessions, waiting, bearers } = view;
  const [last] = sessions;
  return [
    h(
      'div',
      { class: 'home' },
      h(
        'div',
        { class: 'now', 'aria-hidden': 'true' },
        h('div', { class: 'now-time' }),
        h('div', { class: 'now-date' }),
      ),
      h(
        'section',
        { class: 'card', 'aria-label': 'This phone' },
        h('h1', {}, `${maker} ${model}`.trim() || 'Phone'),
        h(
          'dl',
          { class: 'facts' },
          ...fact('Device', devId),
          ...fact('Operator', operator?.name ?? 'none'),
          ...bearers.flatMap(reached),
        ),
      ),
      h(
        'nav',
        { class: 'apps', 'aria-label': 'Apps' },
        h(
          'a',
          { class: 'app', href: '#/settings/.', 'data-key': 'settings' },
          tile('settings'),
          h('span', {}, 'Settings'),
        ),
        h(
          'a',
          { class: 'app', href: '#/sessions', 'data-key': 'sessions' },
          tile('sessions'),
          h('span', {}, 'Sessions'),
        ),
        h(
          'a',
          { class: 'app', href: '#/notifications', 'data-key': 'notifications' },
          tile('notifications'),
          h('span', {}, 'Notifications'),
          waiting > 0 && h('span', { class: 'count', 'aria-label': `${waiting} waiting` }, String(waiting)),
        ),
      ),
      h(
        'div',
        { class: 'dock' },
        last === undefined ? undefined : lastSession(last),
        decideButton(view, () => actions.takeUp()),
        h(
          'button',
          {
            type: 'button',
            class: 'primary wide',
            'data-key': 'connect',
            disabled: busy || operator === undefined,
            onclick: () => actions.connect(),
          },
          icon('connect'),
          busy ? 'Session under way …' : `Connect to ${operator?.name ?? 'operator'}`,
        ),
      ),
    ),
  ];
}

function tile(name: 'settings' | 'sessions' | 'notifications'): HTMLElement {
  return h('span', { class: `tile tile-${name}` }, icon(name));
}

/** A bearer that it is reached by, and whether it works. */
function reached(bearer: ReachedBy): HTMLElement[] {
  return [h('dt', {}, bearer.bearer), h('dd', {}, bearerMark(bearer), h('bdi', {}, bearer.address))];
}

function fact(name: string, value: string): HTMLElement[] {
  return [h('dt', {}, name), h('dd', {}, value)];
}

function lastSession({ state, text, begun }: SessionSummary): HTMLElement {
  const time = new Date(begun).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
  const words =
    state === 'running'
      ? 'The operator is managing this phone …'
      : state === 'completed'
        ? `Last managed at ${time}`
        : `At ${time}: ${sentence(text)}`;
  return h('p', { class: `last state-${state}`, role: 'status' }, words);
}
