import type { Api, Event } from '../api/index.ts';
import { note } from '../output/index.ts';

/** Which events, as the API's query says it. */
export type EventQuery = Readonly<Record<string, string | number | undefined>>;

/**
 * The newest events that there are, the oldest of them first, and then those that come.
 *
 * @param limit how many of those that there are
 * @param signal ends it
 */
export async function* tail(
  api: Api,
  query: EventQuery,
  limit: number,
  signal?: AbortSignal,
): AsyncGenerator<Event> {
  const events = limit === 0 ? [] : (await api.list<Event>('events', query, limit)).items.reverse();
  yield* events;
  // Those with smaller ids than the newest may not all have been there yet.
  const known = new Set(events.map(({ id }) => id));
  const first = events[0]?.id;
  const after = first === undefined ? undefined : String(first - 1);
  for await (const event of api.follow<Event>('events', query, { after, onLost: tellLost, signal })) {
    if (!known.delete(event.id)) yield event;
  }
}

function tellLost(error: unknown): void {
  note(
    `The stream of events is interrupted (${error instanceof Error ? error.message : String(error)}); trying again …`,
  );
}
