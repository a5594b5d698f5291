/** Fields that steps of several kinds have. */
import { type TProperties, Type } from 'typebox';

export const uri = Type.String({
  minLength: 1,
  maxLength: 1024,
  description: 'DM URI, for example ./DevInfo/Man',
});
export const value = Type.String({ description: 'Value as text; base64 where the format is bin' });
export const content = Type.Optional(
  Type.Integer({
    minimum: 1,
    maximum: Number.MAX_SAFE_INTEGER,
    description:
      'In place of a value: id of the content that is to be sent, as bin unless the format says chr or xml',
  }),
);
export const format = Type.Optional(
  Type.Enum(['b64', 'bin', 'bool', 'chr', 'int', 'node', 'null', 'xml', 'date', 'time', 'float'], {
    description: 'Meta Format; chr when absent',
  }),
);
export const type = Type.Optional(Type.String({ description: 'MIME type; text/plain when absent' }));

/** An object with these fields and no others. */
export const exactly = <P extends TProperties>(properties: P) =>
  Type.Object(properties, { additionalProperties: false });

/** Steps within a step. What they are is looked at when the whole is checked, each as the steps at the top. */
export const stepsWithin = (description: string) =>
  Type.Array(Type.Unsafe<unknown>({ title: 'Step' }), { maxItems: 1000, description });
