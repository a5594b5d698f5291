import { type ConnectionOptions, createApi, type Event, findConnection } from '../../api/index.ts';
import { formatTime, note, print, printable, printJson, style } from '../../output/index.ts';

interface Options extends ConnectionOptions {
  readonly follow?: true;
  readonly type?: string;
  readonly device?: string;
  readonly notification?: number;
  readonly task?: number;
  readonly campaign?: number;
  readonly limit: number;
  readonly json?: true;
}

/** Shows what has happened, the newest last, and goes on with what happens. */
export async function showEvents(options: Options): Promise<void> {
  const { follow, type, device, notification, task, campaign, limit, json } = options;
  const api = createApi(findConnection(options));
  const query = { type, device, notification, task, campaign };
  const events = limit === 0 ? [] : (await api.list<Event>('events', query, limit)).items.reverse();
  if (!follow) {
    if (json) printJson(events);
    else if (events.length === 0) note('No events.');
    else print(...events.map(formatEvent));
    return;
  }
  const show = (event: Event) => print(json ? JSON.stringify(event) : formatEvent(event));
  events.forEach(show);
  // Those with smaller ids than the newest may not all have been there yet.
  const shown = new Set(events.map(({ id }) => id));
  const first = events[0]?.id;
  const after = first === undefined ? undefined : String(first - 1);
  for await (const event of api.follow<Event>('events', query, after, tellLost)) {
    if (!shown.delete(event.id)) show(event);
  }
}

function tellLost(error: unknown): void {
  note(
    `The stream of events is interrupted (${error instanceof Error ? error.message : String(error)}); trying again …`,
  );
}

/** One line: when, what, on which device, and what there is to say. */
export function formatEvent({ at, type, devId, text }: Event): string {
  const device = devId === null ? '' : `${printable(devId)}  `;
  return `${style('dim', formatTime(at))}  ${style('bold', printable(type).padEnd(18))}  ${device}${printable(text)}`;
}
