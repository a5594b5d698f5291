/**
 * Names of children, as a Get of an interior node lists them; each once. Whatever a device calls a child, it is not to
 * lead anywhere else.
 */
export function childNames(list: string): {
  readonly names: readonly string[];
  readonly odd: readonly string[];
} {
  const all = [...new Set(list.split('/').filter((name) => name !== ''))];
  return { names: all.filter(isName), odd: all.filter((name) => !isName(name)) };
}

/** Blanks at its ends would be lost in the URI. */
function isName(name: string): boolean {
  return name === name.trim() && name !== '.' && name !== '..' && !name.includes('?');
}
