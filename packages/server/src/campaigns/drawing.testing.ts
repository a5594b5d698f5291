import { ENDED, TRANSITIONS } from './states.ts';

/** The states as docs/campaigns.md draws them. */
export function drawing(): string {
  const idOf = (state: string) => state.replace('-', '_');
  const arrows = TRANSITIONS.flatMap(({ action, from, to, by }) =>
    from.map((state) => `  ${idOf(state)} --> ${idOf(to)}: ${action}${by === 'server' ? ' (server)' : ''}`),
  );
  const table = TRANSITIONS.map(
    ({ action, from, to, by, when = '', causes }) =>
      `| ${action} | ${from.join(', ')} | ${to} | ${by} | ${when} | ${causes} |`,
  );
  return [
    '```mermaid',
    'stateDiagram-v2',
    '  awaiting_approval: awaiting-approval',
    '  [*] --> draft',
    ...arrows,
    ...ENDED.map((state) => `  ${idOf(state)} --> [*]`),
    '```',
    '',
    '| action | from | to | by | when | causes |',
    '|---|---|---|---|---|---|',
    ...table,
  ].join('\n');
}
