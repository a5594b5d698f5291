/** The page: one phone, its screens by the address behind `#`, and its sessions beside it where there is room. */
import type { PhoneView } from '../view.ts';
import { type Api, firstPhone } from './api.ts';
import { QuestionDialog } from './dialog.ts';
import { h, part, swap } from './dom.ts';
import { homeScreen } from './home.ts';
import { SessionList } from './sessions.ts';
import { settingsScreen, titleBar } from './settings.ts';

const screen = part('screen');
const api = await firstPhone();
const dialog = new QuestionDialog(part('dialog') as HTMLDialogElement, screen, (key, reaction) =>
  api.answer(key, reaction),
);
const beside = new SessionList((key) => api.session(key));
const within = new SessionList((key) => api.session(key));
part('panel').append(h('h2', {}, 'Sessions'), beside.element);

let view: PhoneView | undefined;
/** Counts drawings: one that had to wait for its node is not shown over a newer one. */
let drawings = 0;
/** What the screen shows, so that it is drawn anew only when that changes. */
let drawn = '';

api.watch((latest) => {
  part('link').textContent = latest === undefined ? 'Phone off' : latest.busy ? 'Managed' : '';
  document.body.classList.toggle('off', latest === undefined);
  if (latest === undefined) return;
  view = latest;
  const { maker, model, operator, question, sessions } = latest;
  document.title = `${maker} ${model}`.trim() || 'Phone';
  part('carrier').textContent = operator?.name ?? 'No operator';
  beside.update(sessions);
  within.update(sessions);
  dialog.update(question, operator?.name ?? 'the server');
  void draw(latest, api);
});
window.addEventListener('hashchange', () => {
  screen.scrollTop = 0;
  if (view !== undefined) void draw(view, api);
});
setInterval(tick, 1000);

async function draw(latest: PhoneView, { node, connect, takeUp }: Api): Promise<void> {
  drawings += 1;
  const drawing = drawings;
  const route = location.hash.replace(/^#\/?/, '');
  const [first = ''] = route.split('/', 1);
  if (first === 'settings') {
    const uri = decodeURIComponent(route.slice('settings/'.length)) || '.';
    const found = await node(uri);
    if (drawing !== drawings) return;
    show([route, latest.lasting, found], () => settingsScreen(found, uri, latest, () => void reset()));
  } else if (first === 'sessions') {
    show([route], () => [titleBar('Sessions', '#/'), h('div', { class: 'page' }, within.element)]);
  } else {
    const { question, revision: _, ...rest } = latest;
    const facts = { ...rest, asked: question !== undefined };
    show([route, facts], () =>
      homeScreen(latest, { connect: () => void connect(), takeUp: () => void takeUp() }),
    );
    tick();
  }
}

function show(what: unknown, make: () => HTMLElement[]): void {
  const now = JSON.stringify(what);
  if (now === drawn) return;
  drawn = now;
  swap(screen, ...make());
}

/** Asks before it resets: what servers have set is lost. */
async function reset(): Promise<void> {
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

function tick(): void {
  const now = new Date();
  const time = now.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
  part('clock').textContent = time;
  const [large, date] = [screen.querySelector('.now-time'), screen.querySelector('.now-date')];
  if (large !== null) large.textContent = time;
  if (date !== null)
    date.textContent = now.toLocaleDateString([], { weekday: 'long', day: 'numeric', month: 'long' });
}
