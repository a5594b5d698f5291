/** Whoever follows the log begins with what comes from now on, whenever he looks at it first. */
export function cursors(): string[] {
  return ['care', 'triggers', 'webhooks'].map(
    (name) =>
      `insert into event_cursors (name, seen) select '${name}', coalesce(max(id), 0) from events where true
       on conflict (name) do nothing`,
  );
}
