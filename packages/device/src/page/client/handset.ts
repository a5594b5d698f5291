/** One phone: its screens by the address behind `#`, and its sessions beside it where there is room. */
import type { PhoneView } from '../view.ts';
import type { Api } from './api.ts';
import { QuestionDialog } from './dialog.ts';
import { h, part, swap } from './dom.ts';
import { homeScreen } from './home.ts';
import { notificationsScreen } from './notifications.ts';
import { SessionList } from './sessions.ts';
import { type SettingsActions, settingsScreen, titleBar } from './settings.ts';
import { openSheet } from './sheet.ts';

/** Shows a phone, and keeps what is shown up to date. */
export class HandsetScreen {
  readonly #api: Api;
  readonly #screen = part('screen');
  readonly #within: SessionList;
  #view: PhoneView | undefined;
  /** Counts drawings: one that had to wait for its node is not shown over a newer one. */
  #drawings = 0;
  /** What the screen shows, so that it is drawn anew only when that changes. */
  #drawn = '';

  constructor(api: Api) {
    this.#api = api;
    const dialog = new QuestionDialog(part('dialog') as HTMLDialogElement, this.#screen, (key, reaction) =>
      api.answer(key, reaction),
    );
    const beside = new SessionList((key) => api.session(key));
    this.#within = new SessionList((key) => api.session(key));
    part('panel').append(h('h2', {}, 'Sessions'), beside.element);
    part('desk').hidden = false;
    api.watch((latest) => {
      part('link').textContent = latest === undefined ? 'Phone off' : latest.busy ? 'Managed' : '';
      document.body.classList.toggle('off', latest === undefined);
      if (latest === undefined) return;
      this.#view = latest;
      const { maker, model, operator, question, sessions } = latest;
      document.title = `${maker} ${model}`.trim() || 'Phone';
      part('carrier').textContent = operator?.name ?? 'No operator';
      beside.update(sessions);
      this.#within.update(sessions);
      dialog.update(question, operator?.name ?? 'the server');
      void this.#draw(latest);
    });
    window.addEventListener('hashchange', () => {
      this.#screen.scrollTop = 0;
      if (this.#view !== undefined) void this.#draw(this.#view);
    });
    setInterval(() => this.#tick(), 1000);
  }

  async #draw(latest: PhoneView): Promise<void> {
    this.#drawings += 1;
    const drawing = this.#drawings;
    const { node, connect, takeUp } = this.#api;
    const route = location.hash.replace(/^#\/?/, '');
    const [first = ''] = route.split('/', 1);
    if (first === 'settings') {
      const uri = decodeURIComponent(route.slice('settings/'.length)) || '.';
      const found = await node(uri);
      if (drawing !== this.#drawings) return;
      this.#show([route, latest.lasting, found], () =>
        settingsScreen(found, uri, latest, settingsActions(this.#api)),
      );
    } else if (first === 'sessions') {
      this.#show([route], () => [
        titleBar('Sessions', '#/'),
        h('div', { class: 'page' }, this.#within.element),
      ]);
    } else if (first === 'notifications') {
      const { bearers, notifications, waiting, question, busy } = latest;
      this.#show([route, bearers, notifications, waiting, question !== undefined, busy], () =>
        notificationsScreen(latest, () => void takeUp()),
      );
    } else {
      const { question, revision: _, notifications: __, ...rest } = latest;
      const facts = { ...rest, asked: question !== undefined };
      this.#show([route, facts], () =>
        homeScreen(latest, { connect: () => void connect(), takeUp: () => void takeUp() }),
      );
      this.#tick();
    }
  }

  #show(what: unknown, make: () => HTMLElement[]): void {
    const now = JSON.stringify(what);
    if (now === this.#drawn) return;
    this.#drawn = now;
    swap(this.#screen, ...make());
  }

  #tick(): void {
    const now = new Date();
    const time = now.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
    part('clock').textContent = time;
    const large = this.#screen.querySelector('.now-time');
    const date = this.#screen.querySelector('.now-date');
    if (large !== null) large.textContent = time;
    if (date !== null)
      date.textContent = now.toLocaleDateString([], { weekday: 'long', day: 'numeric', month: 'long' });
  }
}

/** What the user can do in the settings of a phone. */
function settingsActions(api: Api): SettingsActions {
  return {
    // What servers have set is lost.
    reset: () =>
      openSheet({
        title: 'Reset this phone?',
        text: 'It will be as it left the factory. What its operator has set is lost.',
        keep: 'Keep',
        act: 'Reset',
        danger: true,
        done: () => api.reset(),
      }),
    edit: ({ uri, name, title, value = '', remark, editable }) =>
      openSheet({
        title: title ?? name,
        text: uri,
        // A value that is not shown as it is cannot be gone on with.
        field: {
          label: 'New value',
          value: remark === undefined ? value : '',
          numeric: editable === 'int',
        },
        keep: 'Cancel',
        act: 'Save',
        done: (typed) => api.change({ kind: 'value', uri, value: typed }),
      }),
    use: ({ uri, title }) =>
      openSheet({
        title: `Use ${title}?`,
        text: 'The phone uses these settings from now on.',
        keep: 'Cancel',
        act: 'Use',
        done: () => api.change({ kind: 'use', uri }),
      }),
    remove: ({ uri, title }) =>
      openSheet({
        title: `Delete ${title}?`,
        text: 'What is in it is lost.',
        keep: 'Keep',
        act: 'Delete',
        danger: true,
        done: async () => {
          const fault = await api.change({ kind: 'delete', uri });
          if (fault === undefined) location.hash = `#/settings/${uri.slice(0, uri.lastIndexOf('/'))}`;
          return fault;
        },
      }),
  };
}
