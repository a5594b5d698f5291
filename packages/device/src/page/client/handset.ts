/** One phone: its screens by the address behind `#`, and its sessions beside it where there is room. */
import type { PhoneView } from '../view.ts';
import type { Api } from './api.ts';
import { QuestionDialog } from './dialog.ts';
import { h, part, swap } from './dom.ts';
import { homeScreen } from './home.ts';
import { notificationsScreen } from './notifications.ts';
import { SessionList } from './sessions.ts';
import { settingsScreen, titleBar } from './settings.ts';

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
        settingsScreen(found, uri, latest, () => void reset(this.#api)),
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

/** Asks before it resets: what servers have set is lost. */
async function reset(api: Api): Promise<void> {
  const sure = h('dialog', { class: 'dialog sure', 'aria-labelledby': 'sure-title' });
  const end = (): void => {
    sure.close();
    sure.remove();
  };
  const problem = h('p', { class: 'problem', role: 'alert' });
  sure.append(
    h('h2', { id: 'sure-title' }, 'Reset this phone?'),
    h('p', { class: 'text' }, 'It will be as it left the factory. What its operator has set is lost.'),
    problem,
    h(
      'div',
      { class: 'buttons' },
      h('button', { type: 'button', onclick: end }, 'Keep'),
      h(
        'button',
        {
          type: 'button',
          class: 'danger',
          onclick: async () => {
            const fault = await api.reset();
            if (fault === undefined) end();
            problem.textContent = fault ?? '';
          },
        },
        'Reset',
      ),
    ),
  );
  document.querySelector('.phone')?.append(sure);
  sure.showModal();
}
