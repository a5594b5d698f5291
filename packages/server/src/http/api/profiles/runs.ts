/** Dry runs as the API shows them. */
import { Id, nullable, Time, timeOf } from '@grove/api';
import { Type } from 'typebox';
import { type ProfileRun, VERDICTS } from '../../../profiles/index.ts';
import { Target } from '../../../targets/index.ts';
import { Version } from './schemas.ts';

export const OutcomeSchema = Type.Object(
  {
    uri: Type.String(),
    verdict: Type.Enum([...VERDICTS], {
      description:
        'right: nothing would change; change, add, remove; kept: it belongs to the user; unreadable: no server may read it, and it is written each time; unknown: the tree is not known there',
    }),
    from: Type.Optional(Type.String({ description: 'What is there; secret values are masked' })),
    to: Type.Optional(Type.String({ description: 'What is to be there; secret values are masked' })),
  },
  { title: 'NodeOutcome' },
);
const counted = {
  devices: Type.Integer(),
  examples: Type.Array(Type.String(), { description: 'DevIds of some of them' }),
};
const ResultSchema = Type.Object(
  {
    devices: Type.Integer({ description: 'Devices that were looked at' }),
    changed: Type.Integer({ description: 'Devices of which something would change' }),
    nodes: Type.Integer({ description: 'Nodes that would change, on all of these' }),
    refused: Type.Integer({ description: 'Devices that would be refused the profile' }),
    right: Type.Integer({ description: 'Devices that have everything already' }),
    unknown: Type.Integer({
      description: 'Devices of which nothing is known that would change, but not all is known either',
    }),
    reasons: Type.Array(Type.Object({ code: Type.String(), text: Type.String(), ...counted }), {
      description: 'Why devices would be refused, the most frequent first',
    }),
    changes: Type.Array(Type.Object({ nodes: Type.Array(OutcomeSchema), ...counted }), {
      description: 'What would change, the most frequent first',
    }),
    unlisted: Type.Integer({ description: 'Devices whose reasons or changes are not listed' }),
  },
  { title: 'DryRunResult' },
);
export const RunSchema = Type.Object(
  {
    id: Id,
    profile: Type.String(),
    version: Version,
    target: Target,
    state: Type.Enum(['running', 'finished', 'failed', 'cancelled']),
    reason: nullable(Type.String(), 'Why it failed'),
    done: Type.Integer({ description: 'Devices that were looked at' }),
    total: Type.Integer({ description: 'Devices that there were when it began' }),
    result: nullable(ResultSchema, 'What was found, so far or in all'),
    createdAt: Time,
  },
  { title: 'ProfileRun' },
);

export const runAnswer = ({ createdAt, ...run }: ProfileRun) => ({ ...run, createdAt: timeOf(createdAt) });
