import { Name, nullable, Time, timeOf } from '@grove/api';
import { Type } from 'typebox';
import {
  masked,
  type Profile,
  ProfileDocument,
  ProfileInput,
  type ProfileSummary,
  REASON_CODES,
} from '../../../profiles/index.ts';

export const tags = ['profiles'];

export const Input = Type.Unsafe<ProfileInput>({ ...ProfileInput, title: 'ProfileInput' });
const Document = Type.Unsafe<ProfileDocument>({ ...ProfileDocument, title: 'ProfileDocument' });
export const Version = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER });
export const NameParams = Type.Object({ name: Name });

const properties = {
  name: Type.String(),
  version: Version,
  createdAt: Time,
  updatedAt: Type.String({ format: 'date-time', description: 'When this version was made' }),
};
export const ProfileSummarySchema = Type.Object(properties, { title: 'ProfileSummary' });
export const ProfileSchema = Type.Object({ ...properties, document: Document }, { title: 'Profile' });

/** What a profile is given as. */
export const given = {
  document: Type.Optional(Input),
  source: Type.Optional(
    Type.String({
      description:
        'In place of the document: a file as it is. YAML, JSON, or a serialized tree (TNDS) as XML or, in base64, as WBXML',
    }),
  ),
  comment: Type.Optional(Type.String({ maxLength: 1024, description: 'Why this version is made' })),
};

export function summaryAnswer({ createdAt, updatedAt, ...profile }: ProfileSummary) {
  return { ...profile, createdAt: timeOf(createdAt), updatedAt: timeOf(updatedAt) };
}

/** A profile without its secret values. */
export function profileAnswer({ document, ...profile }: Profile) {
  return { ...summaryAnswer(profile), document: masked(document) };
}

export const ReasonSchema = Type.Object(
  {
    code: Type.Enum([...REASON_CODES]),
    profile: Type.String({ description: 'In which it is written' }),
    field: Type.String({ description: 'Where in that profile: fragments/0/nodes/2/value' }),
    node: Type.Optional(Type.String({ description: 'URI of the node' })),
    found: Type.Optional(Type.String()),
    expected: Type.String(),
    text: Type.String({ description: 'All of it in a sentence' }),
  },
  { title: 'ProfileReason', description: 'Why a profile is refused to a device' },
);

export const RenderedProfileSchema = Type.Object(
  {
    name: Type.String(),
    version: Type.Integer({ description: '0 = one that is not stored' }),
    variant: nullable(Type.String(), 'Name or condition of the variant that counts; null = none holds'),
  },
  { title: 'RenderedProfile' },
);
