/** What of a device some profiles depend on. Pure. */
import { effectiveOf, referencesOf, serviceOf } from '../document/index.ts';
import type { Closure } from '../render/index.ts';

export interface Needs {
  /** Names of variables beyond the profiles' own: `device.model`, `group.apn`. */
  readonly variables: ReadonlySet<string>;
  /** The `when` of all variants. */
  readonly conditions: readonly string[];
  /** Identifiers of objects whose places may have to be looked for in the known tree. */
  readonly objects: ReadonlySet<string>;
  /** Services whose settings are mapped, of which each model says which object it is. */
  readonly services: ReadonlySet<string>;
}

const found = new WeakMap<Closure, Needs>();

/** What profiles depend on, all variants included. */
export function needsOf(closure: Closure): Needs {
  let needs = found.get(closure);
  if (needs === undefined) {
    needs = look(closure);
    found.set(closure, needs);
  }
  return needs;
}

function look(closure: Closure): Needs {
  const variables = new Set<string>();
  const conditions = new Set<string>();
  const objects = new Set<string>();
  const services = new Set<string>();
  for (const { document } of closure) {
    for (const name of namesIn(document)) variables.add(name);
    for (const { when } of document.variants ?? []) conditions.add(when);
    for (const variant of [undefined, ...(document.variants ?? []).keys()]) {
      const { fragments, settings, options } = effectiveOf(document, variant);
      if (options.confirm?.texts !== undefined) variables.add('device.language');
      for (const fragment of fragments) {
        if (fragment.root === undefined && fragment.object !== undefined) objects.add(fragment.object);
        for (const setting of fragment.settings.keys()) services.add(serviceOf(setting));
      }
      for (const setting of settings.keys()) services.add(serviceOf(setting));
    }
  }
  return { variables, conditions: [...conditions], objects, services };
}

/** All variables in all texts of a document, however deep. */
function namesIn(value: unknown): string[] {
  if (typeof value === 'string') return referencesOf(value).map(({ name }) => name);
  if (Array.isArray(value)) return value.flatMap(namesIn);
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(namesIn);
}
