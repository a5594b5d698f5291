import { type ConnectionOptions, createApi, type Event, findConnection } from '../../api/index.ts';
import { formatTime, note, print, printable, printJson, style } from '../../output/index.ts';
import { tail } from '../tail.ts';

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
  if (follow) {
    for await (const event of tail(api, query, limit))
      print(json ? JSON.stringify(event) : formatEvent(event));
    return;
  }
  const events = limit === 0 ? [] : (await api.list<Event>('events', query, limit)).items.reverse();
  if (json) printJson(events);
  else if (events.length === 0) note('No events.');
  else print(...events.map(formatEvent));
}

/** One line: when, what, on which device, and what there is to say. */
export function formatEvent({ at, type, devId, text }: Event): string {
  const device = devId === null ? '' : `${printable(devId)}  `;
  return `${style('dim', formatTime(at))}  ${style('bold', printable(type).padEnd(26))}  ${device}${printable(text)}`;
}
