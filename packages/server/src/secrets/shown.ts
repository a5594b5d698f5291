/** Stands for a value that is secret, in whatever is shown. */
export const MASK = '********';

/**
 * The same with something else in the place of secret values: of the `value` of whatever says of itself `secret: true`,
 * as nodes of converge steps do, wherever it stands. Those of a profile are at more places, which `masked` of profiles
 * knows.
 *
 * @param given plain data, as JSON has it; it stays as it is
 * @param mask what a value is shown as; {@link MASK} when absent
 */
export function withoutSecrets<T>(given: T, mask: (value: string) => string = () => MASK): T {
  const shown = (each: unknown): unknown => {
    if (Array.isArray(each)) return each.map(shown);
    if (typeof each !== 'object' || each === null) return each;
    const isSecret = 'secret' in each && each.secret === true;
    return Object.fromEntries(
      Object.entries(each).map(([name, value]) => [
        name,
        isSecret && name === 'value' && typeof value === 'string' ? mask(value) : shown(value),
      ]),
    );
  };
  return shown(given) as T;
}
