/** Which of several instances of a service a device uses, and which its user may not change. */
import { sql } from 'kysely';
import type { Field } from './field.ts';
import { pathOf, someRow } from './shapes.ts';
import { isAt } from './uris.ts';

function flagField(name: string, column: string, says: string, example: string): Field {
  const flag = sql.ref(`instance_states.${column}`);
  return {
    name,
    says,
    example,
    kind: 'state',
    states: ['true', 'false'],
    argument: 'path',
    sql: ({ check, argument }, { engine }) =>
      someRow(
        {
          from: sql`instance_states`,
          device: sql`instance_states.device_id`,
          value: sql`(case ${flag} when 1 then 'true' when 0 then 'false' end)`,
          where: isAt(pathOf(argument), engine),
        },
        check,
      ),
  };
}

export const INSTANCE_FIELDS: readonly Field[] = [
  flagField(
    'active',
    'active',
    'Whether an instance of a service is Active',
    'active(./MMS/Operator) = true',
  ),
  flagField(
    'default',
    'by_default',
    'Whether an instance of a service is Default',
    'default(./MMS/*) = false',
  ),
  flagField('locked', 'locked', 'Whether an instance of a service is Locked', 'locked(./MMS/*) = true'),
];
