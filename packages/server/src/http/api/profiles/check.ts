import { type Api, Id, nullable, problems } from '@grove/api';
import { Type } from 'typebox';
import { findDevice } from '../../../devices/index.ts';
import {
  acceptProfile,
  checkModel,
  closureOf,
  factsOf,
  type ProfileVersion,
  prepareFacts,
  type Reason,
  type Rendering,
  render,
  Scalar,
  sentenceOf,
  showProfile,
} from '../../../profiles/index.ts';
import { MASK } from '../../../secrets/index.ts';
import type { ApiMeans } from '../means.ts';
import { inputOf } from './input.ts';
import { given, ReasonSchema, RenderedProfileSchema, tags, Version } from './schemas.ts';

/** Models and devices that one request names at most. */
const MOST = 100;
const name = Type.String({ minLength: 1, maxLength: 256 });
export const Values = Type.Record(Type.String({ pattern: '^[A-Za-z][A-Za-z0-9_-]{0,63}$' }), Scalar, {
  description: 'Values of variables of the profile, as a campaign or a trigger would give them',
});

const NodeSchema = Type.Object(
  {
    uri: Type.String(),
    policy: Type.Enum(['enforce', 'default', 'keep', 'absent']),
    value: Type.Optional(Type.String({ description: 'Secret values are masked' })),
    format: Type.Optional(Type.String()),
    type: Type.Optional(Type.String()),
  },
  { title: 'RenderedNode' },
);

export const CheckSchema = Type.Object(
  {
    subject: Type.String({ description: 'DevId, or name of the model' }),
    deviceId: nullable(Id, 'The device; of a model the one that stands for it, null where there is none'),
    accepted: Type.Boolean(),
    profiles: Type.Array(RenderedProfileSchema, { description: 'In the order in which they are brought' }),
    reasons: Type.Array(ReasonSchema, { description: 'Why it is refused' }),
    nodes: Type.Array(NodeSchema, { description: 'What the device is to have' }),
  },
  { title: 'ProfileCheck' },
);

/** A rendering as it is answered. */
export function checkAnswer(
  subject: string,
  deviceId: number | null,
  rendering: Rendering,
  reasons: readonly Reason[] = rendering.refused ? rendering.reasons : [],
) {
  return {
    subject,
    deviceId,
    accepted: reasons.length === 0,
    profiles: rendering.profiles.map((profile) => ({ ...profile, variant: profile.variant?.name ?? null })),
    reasons: reasons.map((reason) => ({ ...reason, text: sentenceOf(reason) })),
    nodes: rendering.refused
      ? []
      : rendering.fragments.flatMap(({ root, nodes }) =>
          nodes.map(({ path, policy, value, format, type, secret }) => ({
            uri: `${root}/${path}`,
            policy,
            ...(value === undefined ? {} : { value: secret ? MASK : value }),
            ...(format === undefined ? {} : { format }),
            ...(type === undefined ? {} : { type }),
          })),
        ),
  };
}

/** What a profile would be on models and devices. */
export function checkRoutes(api: Api, { store, now }: ApiMeans): void {
  api.post(
    '/profiles/check',
    {
      bodyLimit: 4 * 1024 * 1024,
      schema: {
        operationId: 'checkProfile',
        summary: 'Check a profile, stored or not, for models and devices',
        description:
          'Nothing is stored and nothing is sent. For a model, what is not known of a device counts as fitting; variants are ' +
          'chosen as for the newest device of the model.',
        tags,
        body: Type.Object(
          {
            name: Type.Optional({
              ...name,
              description: 'A stored profile, unless a document or source is given',
            }),
            version: Type.Optional(Version),
            document: given.document,
            source: given.source,
            values: Type.Optional(Values),
            models: Type.Optional(
              Type.Array(
                Type.Object(
                  { man: name, mod: name, swv: Type.Optional(Type.String({ maxLength: 256 })) },
                  { additionalProperties: false },
                ),
                { maxItems: MOST },
              ),
            ),
            devices: Type.Optional(Type.Array(name, { maxItems: MOST, description: 'By DevId or id' })),
          },
          { additionalProperties: false, title: 'ProfileCheckRequest' },
        ),
        response: {
          200: Type.Object({ checks: Type.Array(CheckSchema) }, { title: 'ProfileChecks' }),
          ...problems(400, 401, 404, 409, 413, 415),
        },
      },
    },
    async ({ body }) => {
      const db = store.reader;
      const { models = [], devices = [], values = {} } = body;
      const at = now();
      const profile: ProfileVersion =
        body.document === undefined && body.source === undefined && body.name !== undefined
          ? await showProfile(db, body.name, body.version)
          : {
              name: body.name ?? 'profile',
              version: 0,
              document: await acceptProfile(
                db,
                inputOf(body),
                body.source === undefined ? 'document' : 'source',
              ),
            };
      const closure = await closureOf(db, profile);
      const prepared = await prepareFacts(db, closure);
      const checks: ReturnType<typeof checkAnswer>[] = [];
      for (const { swv = '', ...model } of models) {
        const { subject, deviceId, rendering } = await checkModel(
          db,
          closure,
          prepared,
          { ...model, swv },
          values,
          at,
        );
        checks.push(checkAnswer(subject, deviceId, rendering));
      }
      for (const device of devices) {
        const id = await findDevice(db, device);
        checks.push(
          checkAnswer(device, id, render(closure, await factsOf(db, id, closure, at, prepared), values)),
        );
      }
      return { checks };
    },
  );
}
