/** Values in steps: only what a node gets and what a user is told, so that a caller has no say in which nodes these are. */
import { InvalidInput } from '@grove/api';
import type { Step } from '../steps/index.ts';
import type { Value } from './definition.ts';

/** The fields of steps, and of steps within them, in which variables stand. */
const FILLED: ReadonlySet<string> = new Set(['value', 'text']);
const VARIABLE = /\$\{([^}]*)\}/g;

/**
 * Steps with values in the place of `${name}`; `$${` stands for `${`.
 *
 * @throws {InvalidInput} for a name that has no value
 */
export function fillIn(steps: readonly Step[], values: Readonly<Record<string, Value>>): Step[] {
  const fill = (node: unknown, field: string, name: string): unknown => {
    if (typeof node === 'string') return FILLED.has(name) ? filled(node, values, field) : node;
    if (Array.isArray(node)) return node.map((one, index) => fill(one, `${field}/${index}`, name));
    if (typeof node !== 'object' || node === null) return node;
    return Object.fromEntries(
      Object.entries(node).map(([key, one]) => [key, fill(one, `${field}/${key}`, key)]),
    );
  };
  return steps.map((step, index) => fill(step, `steps/${index}`, '') as Step);
}

function filled(text: string, values: Readonly<Record<string, Value>>, field: string): string {
  return text
    .split('$${')
    .map((part) =>
      part.replaceAll(VARIABLE, (_, name: string) => {
        const value = Object.hasOwn(values, name) ? values[name] : undefined;
        if (value !== undefined) return String(value);
        const known = Object.keys(values).join(', ');
        throw new InvalidInput([
          {
            field,
            value: `\${${name}}`,
            expected: known === '' ? 'no variables' : `one of the variables ${known}`,
          },
        ]);
      }),
    )
    .join('${');
}
