/** A sheet over the screen that asks the user something of the phone's own: whether they are sure, or for a value. */
import { h } from './dom.ts';

export interface Sheet {
  readonly title: string;
  readonly text?: string;
  /** A value to change; absent = nothing is to be typed. */
  readonly field?: { readonly label: string; readonly value: string; readonly numeric: boolean };
  /** What the button says that leaves everything as it is, and the one that does what the sheet is for. */
  readonly keep: string;
  readonly act: string;
  readonly danger?: boolean;
  /** Does it; tells why it was not done, so that the sheet stays. */
  readonly done: (value: string) => Promise<string | undefined>;
}

let sheets = 0;

export function openSheet({ title, text, field, keep, act, danger = false, done }: Sheet): void {
  sheets += 1;
  const id = `sheet-${sheets}`;
  const before = document.activeElement;
  const sheet = h('dialog', { class: 'dialog sure', 'aria-labelledby': id });
  const end = (): void => sheet.close();
  sheet.addEventListener('close', () => {
    sheet.remove();
    if (before instanceof HTMLElement && before.isConnected) before.focus();
  });
  const problem = h('p', { class: 'problem', role: 'alert' });
  const input =
    field &&
    h('input', {
      class: 'field',
      'aria-label': field.label,
      autocomplete: 'off',
      spellcheck: 'false',
      value: field.value,
      ...(field.numeric ? { inputmode: 'numeric' } : {}),
    });
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    problem.textContent = '';
    const fault = await done(input?.value ?? '');
    if (fault === undefined) end();
    problem.textContent = fault ?? '';
  };
  sheet.append(
    h(
      'form',
      { onsubmit: (event) => void submit(event) },
      h('h2', { id }, title),
      text !== undefined && h('p', { class: 'text' }, text),
      input,
      problem,
      h(
        'div',
        { class: 'buttons' },
        h('button', { type: 'button', onclick: end }, keep),
        h('button', { type: 'submit', class: danger ? 'danger' : 'primary' }, act),
      ),
    ),
  );
  document.querySelector('.phone')?.append(sheet);
  sheet.showModal();
  input?.select();
}
