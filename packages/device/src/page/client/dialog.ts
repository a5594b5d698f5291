/** Questions: the dialog that a phone shows when a server asks. */
import type { Asked, Notice, Reaction } from '../../interaction/index.ts';
import type { OpenQuestion } from '../view.ts';
import { h, icon } from './dom.ts';

type Answer = (reaction: Reaction) => Promise<string | undefined>;

/** What is to be filled in, and how it becomes an answer. */
interface Form {
  readonly fields: readonly HTMLElement[];
  readonly buttons: readonly HTMLButtonElement[];
  readonly reaction: () => Reaction;
}

/** Milliseconds in which a session cannot be accepted yet: a click that was meant for what was there before is no yes. */
const GUARD = 700;

/** Shows questions in a dialog, one at a time. */
export class QuestionDialog {
  readonly #dialog: HTMLDialogElement;
  readonly #behind: HTMLElement;
  readonly #answer: (key: number, reaction: Reaction) => Promise<string | undefined>;
  #key: number | undefined;
  #end = 0;
  #length = 0;
  #readable = 0;
  #guarded = 0;
  #before: Element | null = null;

  /** @param behind is out of reach while the dialog is there. */
  constructor(
    dialog: HTMLDialogElement,
    behind: HTMLElement,
    answer: (key: number, reaction: Reaction) => Promise<string | undefined>,
  ) {
    this.#dialog = dialog;
    this.#behind = behind;
    this.#answer = answer;
    setInterval(() => this.#tick(), 250);
  }

  update(open: OpenQuestion | undefined, operator: string): void {
    if (open?.key === this.#key) return;
    this.#key = open?.key;
    if (open === undefined) {
      this.#close();
      return;
    }
    const { key, question, left, leftAtLeast } = open;
    this.#end = performance.now() + left;
    this.#length = (question.maxDisplay ?? 0) * 1000;
    this.#readable = performance.now() + leftAtLeast;
    this.#guarded = performance.now() + GUARD;
    if (!this.#dialog.open) this.#before = document.activeElement;
    this.#dialog.replaceChildren(
      ...contents(question, operator, async (reaction) => this.#answer(key, reaction)),
    );
    this.#tick();
    this.#behind.inert = true;
    this.#dialog.show();
    this.#dialog.querySelector<HTMLElement>('[data-first]')?.focus();
  }

  #close(): void {
    this.#dialog.close();
    this.#dialog.replaceChildren();
    this.#behind.inert = false;
    const back =
      this.#before instanceof HTMLElement && this.#before.isConnected ? this.#before : this.#behind;
    back.focus();
  }

  #tick(): void {
    if (!this.#dialog.open && this.#key === undefined) return;
    const left = Math.max(0, this.#end - performance.now());
    const timer = this.#dialog.querySelector('.timer-text');
    if (timer !== null) timer.textContent = `${clockTime(left)} left`;
    const bar = this.#dialog.querySelector<HTMLProgressElement>('progress');
    if (bar !== null) bar.value = this.#length === 0 ? 0 : left / this.#length;
    const guarded = this.#dialog.querySelector<HTMLButtonElement>('[data-guarded]');
    if (guarded !== null) guarded.disabled = performance.now() < this.#guarded;
    const read = this.#dialog.querySelector<HTMLButtonElement>('[data-read]');
    const wait = this.#readable - performance.now();
    if (read !== null) {
      read.disabled = wait > 0;
      read.textContent = wait > 0 ? `OK (${Math.ceil(wait / 1000)})` : 'OK';
    }
  }
}

function contents(question: Asked, operator: string, answer: Answer): HTMLElement[] {
  const form = FORMS[question.kind](question);
  const isNotice = question.kind === 'notice';
  const problem = h('p', { class: 'problem', role: 'alert' });
  const give = async (reaction: Reaction): Promise<void> => {
    problem.textContent = '';
    problem.textContent = (await answer(reaction)) ?? '';
  };
  const cancel = (): void => void give({ kind: 'cancelled' });
  for (const button of form.buttons) {
    if (button.value !== '')
      button.addEventListener('click', () => void give({ kind: button.value as 'no' | 'cancelled' }));
  }
  return [
    h(
      'form',
      {
        onsubmit: (event) => {
          event.preventDefault();
          void give(form.reaction());
        },
        onkeydown: (event) => {
          if (event instanceof KeyboardEvent && event.key === 'Escape') cancel();
        },
      },
      h(
        'header',
        {},
        h('h2', { id: 'dialog-title' }, ...titleOf(question, operator)),
        h(
          'button',
          {
            type: 'button',
            class: 'quiet-button',
            'aria-label': isNotice ? 'Decide later' : 'Cancel all that the operator wants',
            title: isNotice ? 'Later' : 'Cancel',
            onclick: cancel,
          },
          icon('close'),
        ),
      ),
      h(
        'div',
        { class: 'asked' },
        h(
          'p',
          {
            id: 'dialog-text',
            class: 'text',
            dir: 'auto',
            lang: isNotice ? question.language : undefined,
            tabindex: '-1',
            'data-first': isUndecided(question),
          },
          question.text,
        ),
        ...form.fields,
      ),
      problem,
      h('div', { class: 'buttons' }, ...form.buttons),
      h(
        'div',
        { class: 'timer', role: 'timer', 'aria-live': 'off' },
        h('progress', { max: '1', 'aria-hidden': 'true' }),
        h('span', { class: 'timer-text' }),
      ),
    ),
  ];
}

/** The name of the operator stands by itself: whatever is in it, it turns no other word round. */
function titleOf(question: Asked, operator: string): (HTMLElement | string)[] {
  const name = h('bdi', {}, question.kind === 'notice' ? question.operator : operator);
  switch (question.kind) {
    case 'notice':
      return [name, question.asks ? ' asks to manage this phone' : ' is about to manage this phone'];
    case 'display':
      return ['Message from ', name];
    default:
      return ['Question from ', name];
  }
}

/** Whether the keyboard must choose before it may confirm: no key that is pressed by chance is to be a yes. */
function isUndecided(question: Asked): boolean {
  if (question.kind === 'notice') return question.asks;
  return question.kind === 'confirm' && question.default === undefined;
}

function submit(
  text: string,
  more: Readonly<Record<string, string | boolean | undefined>> = {},
): HTMLButtonElement {
  return h('button', { type: 'submit', class: 'primary', ...more }, text);
}

const FORMS: { readonly [K in Asked['kind']]: (question: Asked) => Form } = {
  notice: (question) => (question.kind === 'notice' ? noticeForm(question) : nothing()),
  display: () => ({
    fields: [],
    buttons: [submit('OK', { 'data-first': true, 'data-read': true })],
    reaction: () => ({ kind: 'read' }),
  }),
  confirm: (question) => {
    const isNo = question.kind === 'confirm' && question.default === false;
    const isYes = question.kind === 'confirm' && question.default === true;
    return {
      fields: [],
      buttons: [
        h(
          'button',
          { type: 'button', value: 'no', class: isNo ? 'primary' : undefined, 'data-first': isNo },
          'No',
        ),
        submit('Yes', { class: isNo ? undefined : 'primary', 'data-first': isYes }),
      ],
      reaction: () => ({ kind: 'yes' }),
    };
  },
  input: (question) => (question.kind === 'input' ? inputForm(question) : nothing()),
  choice: (question) => (question.kind === 'choice' ? choiceForm(question, 'radio') : nothing()),
  choices: (question) => (question.kind === 'choices' ? choiceForm(question, 'checkbox') : nothing()),
};

function noticeForm({ asks, consequence, legalNotice, language }: Notice): Form {
  const lang = { lang: language, dir: 'auto' };
  const fields = [
    consequence !== undefined &&
      h('p', { class: 'consequence' }, h('b', {}, 'If you refuse: '), h('span', lang, consequence)),
    legalNotice !== undefined && h('p', { class: 'legal', ...lang }, legalNotice),
  ].filter((field) => field !== false);
  if (!asks) {
    return { fields, buttons: [submit('OK', { 'data-first': true })], reaction: () => ({ kind: 'read' }) };
  }
  return {
    fields,
    buttons: [
      h('button', { type: 'button', value: 'no' }, 'Refuse'),
      h('button', { type: 'button', value: 'cancelled' }, 'Later'),
      submit('Accept', { 'data-guarded': true }),
    ],
    reaction: () => ({ kind: 'yes' }),
  };
}

function nothing(): Form {
  return { fields: [], buttons: [], reaction: () => ({ kind: 'cancelled' }) };
}

type Input = Extract<Asked, { kind: 'input' }>;

/** How each type of input is typed, and what it is called. */
const INPUTS: Readonly<
  Record<Input['input'], { label: string; attributes: Readonly<Record<string, string>> }>
> = {
  text: { label: 'Text', attributes: { type: 'text' } },
  number: { label: 'Number', attributes: { type: 'text', inputmode: 'decimal' } },
  date: { label: 'Date', attributes: { type: 'date' } },
  time: { label: 'Time', attributes: { type: 'time', step: '1' } },
  phone: { label: 'Phone number', attributes: { type: 'tel' } },
  ip: { label: 'IP address', attributes: { type: 'text', inputmode: 'decimal', placeholder: '192.0.2.1' } },
};

function inputForm({ input, maxLength, hidden, default: preset = '' }: Input): Form {
  const { label, attributes } = INPUTS[input];
  const field = h('input', {
    id: 'dialog-field',
    'data-first': true,
    autocomplete: 'off',
    spellcheck: 'false',
    ...attributes,
    ...(hidden ? { type: 'password', autocomplete: 'new-password' } : {}),
  });
  const isPicked = !hidden && (input === 'date' || input === 'time');
  if (!isPicked) field.maxLength = maxLength;
  field.value = isPicked ? pickedOf(input, preset) : preset;
  const hint = maxLength < 1000 && !isPicked ? `${label}, at most ${maxLength} characters` : label;
  return {
    fields: [h('label', { for: 'dialog-field' }, hint), field],
    buttons: [submit('Send')],
    reaction: () => ({ kind: 'typed', text: isPicked ? typedOf(input, field.value) : field.value }),
  };
}

/** `2026-12-31` of `31122026`, `23:59:59` of `235959`. */
function pickedOf(input: 'date' | 'time' | string, text: string): string {
  if (text === '') return '';
  if (input === 'time') return text.replace(/^(..)(..)(..)$/, '$1:$2:$3');
  return text.replace(/^(..)(..)(....)$/, '$3-$2-$1');
}

/** The other way round; a browser leaves out seconds that are 0. */
function typedOf(input: 'date' | 'time' | string, picked: string): string {
  if (picked === '') return '';
  if (input === 'time') return picked.replaceAll(':', '').padEnd(6, '0');
  return picked.replace(/^(\d{4})-(..)-(..)$/, '$3$2$1');
}

function choiceForm(
  question: Extract<Asked, { kind: 'choice' | 'choices' }>,
  type: 'radio' | 'checkbox',
): Form {
  const preset = question.kind === 'choice' ? [question.default] : (question.default ?? []);
  const first = preset[0] ?? 1;
  const boxes = question.choices.map((_, index) =>
    h('input', {
      type,
      name: 'choice',
      value: String(index + 1),
      checked: preset.includes(index + 1),
      'data-first': index + 1 === first,
    }),
  );
  return {
    fields: [
      h(
        'fieldset',
        {},
        h('legend', { class: 'unseen' }, type === 'radio' ? 'Choose one' : 'Choose any'),
        ...boxes.map((box, index) =>
          h('label', { class: 'option' }, box, h('span', { dir: 'auto' }, question.choices[index])),
        ),
      ),
    ],
    buttons: [submit('Send')],
    reaction: () => ({
      kind: 'chosen',
      choices: boxes.filter(({ checked }) => checked).map(({ value }) => Number(value)),
    }),
  };
}

/** `4:59`, rounded up so that it ends at 0:00. */
function clockTime(milliseconds: number): string {
  const seconds = Math.ceil(milliseconds / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
