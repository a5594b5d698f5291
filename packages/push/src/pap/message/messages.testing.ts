import fc from 'fast-check';
import {
  type Field,
  type Fields,
  MESSAGES,
  type MessageName,
  type PapMessage,
  type Struct,
} from './schema.ts';

/** Text that XML can carry, attributes' white space included. */
const text = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 4 }),
      fc.constantFrom('<', '&', '"', "'", '\t', '\n', '\r', ']]>', '  '),
    ),
  )
  .map((parts) => parts.join(''));
const time = fc.integer({ min: 0, max: 4_102_444_800 }).map((seconds) => seconds * 1000);

function anyValue({ kind, child, only, many }: Field): fc.Arbitrary<unknown> {
  if (kind) {
    const { expected } = kind;
    if (expected === 'text') return text;
    if (expected === 'true or false') return fc.boolean();
    if (expected.startsWith('a number')) return fc.integer({ min: 1000, max: 5999 });
    if (expected.startsWith('a time')) return time;
    return fc.constantFrom(...expected.replace('one of ', '').split(', '));
  }
  if (!child) throw new Error('a field is an attribute or a child');
  const one = structOf(child);
  const value = only === undefined ? one : one.map((values) => values[only]);
  return many ? fc.array(value, { minLength: 1, maxLength: 3 }) : value;
}

function structOf(struct: Struct<Fields>): fc.Arbitrary<Record<string, unknown>> {
  const fields = Object.entries(struct.fields);
  return fc.record(Object.fromEntries(fields.map(([key, field]) => [key, anyValue(field)])), {
    requiredKeys: fields.filter(([, { required }]) => required).map(([key]) => key),
    noNullPrototype: true,
  });
}

/** Any message that the DTD allows. */
export const anyMessage: fc.Arbitrary<PapMessage> = fc
  .constantFrom(...(Object.keys(MESSAGES) as MessageName[]))
  .chain((name) => structOf(MESSAGES[name]).map((values) => ({ name, ...values }) as PapMessage));
