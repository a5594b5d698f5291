import { FORMATS } from '@grove/protocol';
import { type Static, type TProperties, Type } from 'typebox';

const exactly = <P extends TProperties>(properties: P, description?: string) =>
  Type.Object(properties, {
    additionalProperties: false,
    ...(description === undefined ? {} : { description }),
  });

const identifier = '[A-Za-z][A-Za-z0-9_-]{0,63}';
const Path = Type.String({
  minLength: 1,
  maxLength: 1024,
  description: 'Of the node, relative to the root of the instance',
});
const Format = Type.Enum([...FORMATS]);
const Mime = Type.String({ minLength: 1, maxLength: 256 });

/** Where a model has one setting. */
export const SettingMapping = Type.Union(
  [
    Path,
    exactly({
      path: Path,
      format: Type.Optional(Format),
      type: Type.Optional(Mime),
      divide: Type.Optional(
        Type.Integer({
          minimum: 2,
          maximum: 1_000_000,
          description: 'What a number is divided by, and rounded down: 1024 where the model counts in KiB',
        }),
      ),
      values: Type.Optional(
        Type.Record(Type.String({ maxLength: 256 }), Type.String({ maxLength: 1024 }), {
          description: 'What the model calls each value; one that is not listed is refused',
        }),
      ),
    }),
    Type.Literal(false, { description: 'The model does not have it' }),
  ],
  { description: 'The node of a setting' },
);
export type SettingMapping = Static<typeof SettingMapping>;

const Fixed = exactly(
  {
    path: Path,
    value: Type.String({ maxLength: 1024 }),
    format: Type.Optional(Format),
    type: Type.Optional(Mime),
  },
  'A node that every instance has with this value',
);

/** Where a model has the settings of one service. */
export const ServiceMapping = exactly({
  object: Type.Optional(
    Type.String({ minLength: 1, maxLength: 256, description: 'Identifier of its management object' }),
  ),
  root: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 1024,
      description: 'URI of the instance, where ${instance} is its name; follows from the object when absent',
    }),
  ),
  fixed: Type.Optional(Type.Array(Fixed, { maxItems: 100 })),
  settings: Type.Optional(
    Type.Record(Type.String({ pattern: `^${identifier}(\\.${identifier})*$` }), SettingMapping, {
      description: 'Nodes by the names of settings without that of the service: proxy for mms.proxy',
    }),
  ),
});
export type ServiceMapping = Static<typeof ServiceMapping>;

/** Where a model has neutral settings, by service. What is not said of a service is as in the mapping of all models. */
export const ModelMapping = Type.Record(
  Type.String({ pattern: `^${identifier}$` }),
  Type.Union([ServiceMapping, Type.Literal(false, { description: 'The model does not have the service' })]),
  { description: 'Where a model has neutral settings, by service' },
);
export type ModelMapping = Static<typeof ModelMapping>;
