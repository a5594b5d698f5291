/** What has happened to a device. */
import { sql } from 'kysely';
import type { ComplianceState, OutcomeState, TaskState } from '../../store/index.ts';
import type { Field, FieldUse } from './field.ts';
import { someRow } from './shapes.ts';

function textOf(argument: FieldUse['argument']): string | undefined {
  return argument !== undefined && 'text' in argument ? argument.text : undefined;
}

const TASK_STATES = [
  'pending',
  'running',
  'waiting',
  'succeeded',
  'failed',
  'cancelled',
] as const satisfies readonly TaskState[];

const OUTCOMES = [
  'begun',
  'retrying',
  'changed',
  'unchanged',
  'failed',
  'declined',
  'skipped',
] as const satisfies readonly OutcomeState[];

const STANDINGS = [
  'pending',
  'compliant',
  'drifted',
  'failed',
  'refused',
  'conflicting',
  'removed',
] as const satisfies readonly ComplianceState[];

export const HISTORY_FIELDS: readonly Field[] = [
  {
    name: 'task',
    says: 'State of a task of the device; without an id, of any of its tasks',
    example: 'task(12) = failed',
    kind: 'state',
    states: TASK_STATES,
    argument: 'id',
    isArgumentOptional: true,
    sql({ check, argument }) {
      const id = textOf(argument);
      return someRow(
        {
          from: sql`tasks`,
          device: sql`tasks.device_id`,
          value: sql`tasks.state`,
          where: id === undefined ? undefined : sql`tasks.id = ${Number(id)}`,
        },
        check,
        id === undefined ? undefined : 'whole',
      );
    },
  },
  {
    name: 'campaign',
    says: 'How far a campaign, given by its id, has come on the device',
    example: 'campaign(12) = failed',
    kind: 'state',
    states: OUTCOMES,
    argument: 'id',
    sql: ({ check, argument }) =>
      someRow(
        {
          from: sql`outcomes`,
          device: sql`outcomes.device_id`,
          value: sql`outcomes.state`,
          where: sql`outcomes.campaign_id = ${Number(textOf(argument))}`,
        },
        check,
        'ranged',
      ),
  },
  {
    name: 'policy',
    says: 'How the device is with a policy, given by its name',
    example: 'policy("office") = drifted',
    kind: 'state',
    states: STANDINGS,
    argument: 'name',
    sql: ({ check, argument }) =>
      someRow(
        {
          from: sql`compliance inner join policies on policies.id = compliance.policy_id`,
          device: sql`compliance.device_id`,
          value: sql`compliance.state`,
          where: sql`policies.name = ${textOf(argument)}`,
        },
        check,
        check.equal === undefined ? undefined : 'ranged',
      ),
  },
  {
    name: 'profile',
    says: 'How the device is with a profile, given by its name, that some policy brings',
    example: 'profile("mms") in (failed, refused)',
    kind: 'state',
    states: STANDINGS,
    argument: 'name',
    sql: ({ check, argument }) =>
      someRow(
        {
          from: sql`compliance inner join policies on policies.id = compliance.policy_id
            inner join profiles on profiles.id = policies.profile_id`,
          device: sql`compliance.device_id`,
          value: sql`compliance.state`,
          where: sql`profiles.name = ${textOf(argument)}`,
        },
        check,
        check.equal === undefined ? undefined : 'ranged',
      ),
  },
  {
    name: 'alert',
    says: 'When the device sent an alert, of the type that is given or of any',
    example: 'alert("org.openmobilealliance.dm.firmwareupdate.userrequest") > -1d',
    kind: 'time',
    argument: 'name',
    isArgumentOptional: true,
    sql({ check, argument }) {
      const type = textOf(argument);
      return someRow(
        {
          from: sql`alerts`,
          device: sql`alerts.device_id`,
          value: sql`alerts.at`,
          where: type === undefined ? undefined : sql`alerts.type = ${type}`,
        },
        check,
      );
    },
  },
];
