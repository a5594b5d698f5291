import type { Columns } from '@grove/store';

/**
 * Steps that were made for a device, kept once however many devices have the same; and work that waits for whatever
 * source it comes from.
 */
export function renderings(c: Columns): string[] {
  return [
    `create table renderings (
      id ${c.id},
      digest ${c.text} not null unique,
      steps ${c.text} not null,
      used_at ${c.integer} not null
    ) ${c.table}`,
    'create index renderings_used on renderings (used_at, id)',
    `alter table waits add column policy_id ${c.integer}`,
    `alter table waits add column rendering_id ${c.integer} references renderings (id)`,
    'create index waits_policy on waits (policy_id, device_id) where policy_id is not null',
    'create index waits_rendering on waits (rendering_id) where rendering_id is not null',
  ];
}
