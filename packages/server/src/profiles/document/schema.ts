import { FORMATS } from '@grove/protocol';
import { type Static, type TProperties, Type } from 'typebox';

/** Bounds of one profile; what is larger is refused with 400. */
export const PROFILE_LIMITS = {
  /** Nodes and settings of a profile, those of its variants included. */
  nodes: 2000,
  /** Nodes of one fragment, as many as a step may have. */
  fragmentNodes: 1000,
  fragments: 50,
  variants: 100,
  variables: 200,
  requires: 20,
  /** Characters of one value, before and after variables are put in. */
  value: 65_536,
} as const;

const exactly = <P extends TProperties>(properties: P, description?: string) =>
  Type.Object(properties, {
    additionalProperties: false,
    ...(description === undefined ? {} : { description }),
  });

/** A value as people write it: text, a number, or true and false. Text may have variables in it, `${device.model}`. */
export const Scalar = Type.Union(
  [Type.String({ maxLength: PROFILE_LIMITS.value }), Type.Number(), Type.Boolean()],
  { description: 'Text, a number, true or false; text may have variables in it, ${device.model}' },
);
export type Scalar = Static<typeof Scalar>;

const identifier = '[A-Za-z][A-Za-z0-9_-]{0,63}';
const Identifier = Type.String({
  pattern: `^${identifier}$`,
  description: 'A letter, then letters, digits, "-" and "_"',
});
/** Names of neutral settings: a service and what of it, `mms.proxy`. */
const SETTING = `^${identifier}(\\.${identifier})+$`;

const Format = Type.Enum([...FORMATS], { description: 'As in the DDF where there is one, else chr' });
const Mime = Type.String({ minLength: 1, maxLength: 256, description: 'MIME type' });
const Secret = Type.Boolean({
  description: 'Whether it is kept sealed and shown to nobody',
});

export const NODE_POLICIES = ['enforce', 'default', 'keep', 'absent'] as const;
/**
 * What becomes of a node: it is always as said (`enforce`), it is added where it is missing and belongs to the
 * user from then on (`default`), it is never touched (`keep`), or it is taken away (`absent`).
 */
export type NodePolicy = (typeof NODE_POLICIES)[number];
const Policy = Type.Enum([...NODE_POLICIES], {
  description:
    "enforce: always as said; default: added where missing, and the user's from then on; keep: never touched; absent: taken away. enforce when absent",
});

export const ProfileNode = exactly({
  path: Type.String({ minLength: 1, maxLength: 1024, description: 'Relative to the root' }),
  value: Type.Optional(Scalar),
  format: Type.Optional(Format),
  type: Type.Optional(Mime),
  policy: Type.Optional(Policy),
  secret: Type.Optional(Secret),
});
export type ProfileNode = Static<typeof ProfileNode>;

export const SettingValue = Type.Union([
  Scalar,
  exactly({
    value: Type.Optional(Scalar),
    policy: Type.Optional(Policy),
    secret: Type.Optional(Secret),
    optional: Type.Optional(
      Type.Boolean({
        description:
          'Whether a model goes without the setting that does not have it, or does not let it be set',
      }),
    ),
  }),
]);
export type SettingValue = Static<typeof SettingValue>;
const Settings = Type.Record(Type.String({ pattern: SETTING }), SettingValue, {
  description: 'Neutral settings by name, mms.proxy, which are mapped onto the nodes of each model',
});

export const InstanceState = exactly(
  {
    active: Type.Optional(Type.Boolean()),
    default: Type.Optional(Type.Boolean()),
    locked: Type.Optional(Type.Boolean()),
    reference: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 1024,
        description:
          'Where the device has no property Active: the leaf in which it says which instance it uses, by its URI; may have variables',
      }),
    ),
    unsupported: Type.Optional(
      Type.Enum(['instead', 'continue', 'fail'], {
        description: 'What happens where the device has no such properties: as in a converge step',
      }),
    ),
  },
  'Whether the instance is to be the Active one, the Default one, Locked; what is not said stays as it is',
);
export type InstanceState = Static<typeof InstanceState>;

const place = {
  root: Type.Optional(
    Type.String({ minLength: 1, maxLength: 1024, description: 'URI of the instance; may have variables' }),
  ),
  object: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 256,
      description:
        'Identifier of the management object, urn:oma:mo:oma-dm-dmacc:1.0; without a root the place follows from the model',
    }),
  ),
  instance: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 255,
      description:
        'Name of the instance where the device has its objects; the name of the profile when absent',
    }),
  ),
  state: Type.Optional(InstanceState),
  nodes: Type.Optional(Type.Array(ProfileNode, { maxItems: PROFILE_LIMITS.fragmentNodes })),
};

export const Fragment = exactly(
  { name: Type.Optional(Identifier), ...place, settings: Type.Optional(Settings) },
  'One instance of a management object',
);
export type Fragment = Static<typeof Fragment>;

const VALUE_TYPES = ['chr', 'int', 'bool', 'float'] as const;
export const Variable = exactly({
  type: Type.Optional(Type.Enum([...VALUE_TYPES], { description: 'chr when absent' })),
  value: Type.Optional(Scalar),
  default: Type.Optional(Scalar),
  secret: Type.Optional(Secret),
  description: Type.Optional(Type.String({ maxLength: 1024 })),
});
export type Variable = Static<typeof Variable>;
const Variables = Type.Record(Type.String({ pattern: `^${identifier}$` }), Type.Union([Scalar, Variable]), {
  description:
    'Variables of the profile: "value" counts where all it refers to is known, "default" otherwise; a bare value is a default',
});

const Confirm = exactly({
  text: Type.String({
    minLength: 1,
    maxLength: 1024,
    description: 'What the user reads; may have variables',
  }),
  texts: Type.Optional(
    Type.Record(
      Type.String({ pattern: '^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$' }),
      Type.String({ minLength: 1, maxLength: 1024 }),
      {
        description: 'The same in other languages, by language tag',
      },
    ),
  ),
  default: Type.Optional(Type.Boolean({ description: 'What holds when the user does not answer' })),
  minDisplay: Type.Optional(Type.Integer({ minimum: 0, maximum: 86_400, description: 'Seconds' })),
  maxDisplay: Type.Optional(Type.Integer({ minimum: 1, maximum: 86_400, description: 'Seconds' })),
});

export const Options = exactly(
  {
    unconditional: Type.Optional(
      Type.Union([Type.Boolean(), Type.Literal('renew')], {
        description:
          'true: everything is written without asking first what is there; renew: instances are deleted, then added anew',
      }),
    ),
    verify: Type.Optional(Type.Boolean({ description: 'Whether what was written is read back' })),
    atomic: Type.Optional(
      Type.Boolean({ description: 'Whether all changes of an instance take effect, or none' }),
    ),
    confirm: Type.Optional(Confirm),
  },
  'How the profile is brought to devices',
);
export type Options = Static<typeof Options>;

const VariantFragment = exactly(
  {
    ...Fragment.properties,
    name: Identifier,
    omit: Type.Optional(Type.Boolean({ description: 'Whether these devices go without the fragment' })),
  },
  'Laid over the fragment of that name, node by node; one of a new name is added',
);

/** Expression over fields of devices, as in searches. */
const When = Type.String({ minLength: 1, maxLength: 4096, description: 'Expression over fields of devices' });

export const Variant = exactly(
  {
    name: Type.Optional(Identifier),
    when: When,
    unsupported: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 1024,
        description: 'Why these devices are refused the profile',
      }),
    ),
    instance: Type.Optional({ ...place.instance, description: 'Name of the instances on these devices' }),
    skip: Type.Optional(
      Type.Boolean({
        description: 'Whether these devices get nothing of the profile, and what requires it goes on',
      }),
    ),
    variables: Type.Optional(Variables),
    settings: Type.Optional(Settings),
    fragments: Type.Optional(Type.Array(VariantFragment, { maxItems: PROFILE_LIMITS.fragments })),
    options: Type.Optional(Options),
  },
  'What is otherwise on some devices: the first variant that holds is laid over the profile',
);
export type Variant = Static<typeof Variant>;

const profile = {
  description: Type.Optional(Type.String({ maxLength: 4096 })),
  requires: Type.Optional(
    Type.Array(Type.String({ minLength: 1, maxLength: 128 }), {
      maxItems: PROFILE_LIMITS.requires,
      description: 'Profiles that are brought to the device before this one, in this order',
    }),
  ),
  variables: Type.Optional(Variables),
  settings: Type.Optional(Settings),
  variants: Type.Optional(Type.Array(Variant, { maxItems: PROFILE_LIMITS.variants })),
  options: Type.Optional(Options),
};

/**
 * A profile as people write it. One instance may be written without `fragments`, with its root and nodes at
 * the top, which is all there was before profiles had several.
 */
export const ProfileInput = exactly(
  {
    ...profile,
    ...place,
    fragments: Type.Optional(Type.Array(Fragment, { maxItems: PROFILE_LIMITS.fragments })),
  },
  'What devices should have',
);
export type ProfileInput = Static<typeof ProfileInput>;

const NamedFragment = exactly({
  ...Fragment.properties,
  name: Identifier,
  nodes: Type.Array(ProfileNode, { maxItems: PROFILE_LIMITS.fragmentNodes }),
});
export type NamedFragment = Static<typeof NamedFragment>;

/** A profile in the one form in which it is kept: each fragment has a name. */
export const ProfileDocument = exactly(
  { ...profile, instance: place.instance, fragments: Type.Array(NamedFragment) },
  'What devices should have',
);
export type ProfileDocument = Static<typeof ProfileDocument>;
