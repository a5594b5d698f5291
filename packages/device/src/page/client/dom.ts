/** Making elements. */

type Child = Node | string | undefined | false;
type Attributes = Readonly<Record<string, string | boolean | undefined | ((event: Event) => void)>>;

/** An element: attributes by name, listeners as `onclick` and the like; what is undefined or false is left out. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, '');
    else if (typeof value === 'string') element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== undefined && child !== false));
  return element;
}

const PATHS = {
  back: 'M15 5l-7 7 7 7',
  next: 'M9 5l7 7-7 7',
  close: 'M6 6l12 12M18 6L6 18',
  settings: 'M4 7h9M17 7h3M4 17h3M11 17h9M15 4.500v5M9 14.500v5',
  sessions: 'M4 5h16v11H10l-4 4v-4H4zM8 9h8M8 12h5',
  notifications: 'M6 17h12l-1.500-2v-4a4.500 4.500 0 0 0-9 0v4zM10.500 20h3',
  connect: 'M4 12a8 8 0 0 1 14-5.300M20 12a8 8 0 0 1-14 5.300M18 3v4h-4M6 21v-4h4',
  check: 'M5 13l4.500 4.500L19 7',
  edit: 'M5 19l1-4L16 5l3 3L9 18z',
  lock: 'M7 11V8a5 5 0 0 1 10 0v3M5 11h14v9H5z',
} as const;

/** A drawing that says nothing to a screen reader. */
export function icon(name: keyof typeof PATHS): SVGSVGElement {
  const space = 'http://www.w3.org/2000/svg';
  const svg = document.createElementNS(space, 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('class', 'icon');
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS(space, 'path');
  path.setAttribute('d', PATHS[name]);
  svg.append(path);
  return svg;
}

/** The element with this id, which the page has. */
export function part(id: string): HTMLElement {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`the page has no #${id}`);
  return element;
}

/**
 * Puts new children in place of the old ones; what had the focus has it again if it is there under the same key. An
 * element that looks the same stays, with its listeners, so that a click is not lost that began before.
 */
export function swap(container: HTMLElement, ...children: readonly Node[]): void {
  const focused = container.contains(document.activeElement) ? document.activeElement : null;
  const key = focused?.getAttribute('data-key');
  const { scrollTop } = container;
  renew(container, children);
  container.scrollTop = scrollTop;
  if (key) container.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`)?.focus();
}

function renew(parent: Node, children: readonly Node[]): void {
  const old = [...parent.childNodes];
  children.forEach((child, index) => {
    const before = old[index];
    if (before === undefined) parent.appendChild(child);
    else if (isSameElement(before, child)) renew(before, [...child.childNodes]);
    else if (!before.isEqualNode(child)) parent.replaceChild(child, before);
  });
  for (const left of old.slice(children.length)) parent.removeChild(left);
}

/** Whether two elements have the same name and attributes, whatever is in them. */
function isSameElement(one: Node, other: Node): boolean {
  return (
    one !== other &&
    one instanceof Element &&
    other instanceof Element &&
    one.cloneNode(false).isEqualNode(other.cloneNode(false))
  );
}
