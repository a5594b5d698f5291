import { sql } from 'kysely';
import type { Field } from './field.ts';
import { valuesIn } from './occurring.ts';

export const GROUP_FIELDS: readonly Field[] = [
  {
    name: 'group',
    says: 'A group that the device belongs to',
    example: 'group in ("sales", "support")',
    kind: 'text',
    operators: ['=', 'in'],
    values: valuesIn(sql`device_groups where 1 = 1`, sql`device_groups.name`),
    sql({ check }, context) {
      const groups = (check.equal ?? []).map((name) => context.group(name));
      const [only] = groups;
      if (only !== undefined && groups.length === 1) return only;
      return {
        where: sql`(${sql.join(
          groups.map(({ where }) => sql`(${where})`),
          sql` or `,
        )})`,
      };
    },
  },
];
