import { InvalidInput, type Problem } from '@grove/api';

/** One value within the variables of a group. */
export type VariableValue = string | number | boolean;

/** What profiles can say of a group's devices: `{ apn: "sales.example", qos: { maxBandwidth: 512 } }`. */
export interface Variables {
  readonly [name: string]: VariableValue | Variables;
}

/** A name that a variable in a profile can have. */
const NAME = /^[A-Za-z_][A-Za-z0-9_-]{0,63}$/;
const BOUNDS = { depth: 4, values: 100, text: 4_096 };

const EXPECTED_VALUE = `a text of up to ${BOUNDS.text} characters, a number, true, false, or an object of such`;

/**
 * Variables that can be kept.
 *
 * @param field where they were given, for errors
 * @returns undefined where there are none
 * @throws {InvalidInput}
 */
export function checkVariables(
  given: Readonly<Record<string, unknown>>,
  field: string,
): Variables | undefined {
  const problems: Problem[] = [];
  let values = 0;
  const check = (object: object, path: string, depth: number): Variables => {
    const checked: Record<string, VariableValue | Variables> = {};
    for (const [name, value] of Object.entries(object)) {
      const at = `${path}/${name.slice(0, 100)}`;
      if (problems.length > 0 || ++values > BOUNDS.values) break;
      if (!NAME.test(name) || name === '__proto__') {
        problems.push({
          field: at,
          expected: 'a name of up to 64 letters, digits, _ and -, which begins with a letter or _',
        });
      } else if (isValue(value)) checked[name] = value;
      else if (typeof value !== 'object' || value === null || Array.isArray(value)) {
        problems.push({ field: at, expected: EXPECTED_VALUE });
      } else if (depth === BOUNDS.depth)
        problems.push({ field: at, expected: `objects up to ${BOUNDS.depth} deep` });
      else checked[name] = check(value, at, depth + 1);
    }
    return checked;
  };
  const checked = check(given, field, 1);
  if (values > BOUNDS.values) problems.push({ field, expected: `up to ${BOUNDS.values} values in all` });
  if (problems.length > 0) throw new InvalidInput(problems);
  return Object.keys(checked).length === 0 ? undefined : checked;
}

function isValue(value: unknown): value is VariableValue {
  if (typeof value === 'string') {
    return value.length <= BOUNDS.text && value.isWellFormed() && !value.includes('\0');
  }
  return typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value));
}
