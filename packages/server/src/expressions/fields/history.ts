/** What has happened to a device. */
import { sql } from 'kysely';
import type { Field, FieldUse } from './field.ts';
import { someRow } from './shapes.ts';

function textOf(argument: FieldUse['argument']): string | undefined {
  return argument !== undefined && 'text' in argument ? argument.text : undefined;
}

export const HISTORY_FIELDS: readonly Field[] = [
  {
    name: 'task',
    says: 'State of a task of the device; without an id, of any of its tasks',
    example: 'task(12) = failed',
    kind: 'state',
    states: ['pending', 'running', 'waiting', 'succeeded', 'failed', 'cancelled'],
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
    states: ['begun', 'retrying', 'changed', 'unchanged', 'failed', 'declined', 'skipped'],
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
