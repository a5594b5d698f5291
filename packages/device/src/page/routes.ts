/** What the page asks of its server. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { NOTIFICATION_FORMATS } from '@grove/protocol';
import type { Reaction } from '../interaction/index.ts';
import type { SettingChange } from '../settings/index.ts';
import type { Handset } from './handset.ts';
import { streamEvents } from './stream.ts';
import type { PhoneEntry, Problem } from './view.ts';

/** Bytes of a request's body; the longest answer has far fewer. */
const MAX_BODY = 64 * 1024;

/** Does what a request below the page's path asks; false = there is nothing at that path. */
export async function serveApi(
  path: string,
  handsets: ReadonlyMap<string, Handset>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  const [, phones, id = '', what = '', key = ''] = path.split('/').map(decoded);
  const { method } = request;
  if (phones === 'overview' && method === 'GET') {
    const all = [...handsets.values()];
    streamEvents(
      request,
      response,
      (): PhoneEntry[] => all.map(({ entry }) => entry),
      (listener) => {
        const stops = all.map((handset) => handset.onChange(listener));
        return () => {
          for (const stop of stops) stop();
        };
      },
    );
    return true;
  }
  if (phones !== 'phones') return false;
  if (id === '') {
    return sendJson(
      response,
      200,
      [...handsets.values()].map(({ entry }) => entry),
    );
  }
  const handset = handsets.get(id);
  if (handset === undefined) return false;
  switch (`${method} ${what}`) {
    case 'GET events':
      streamEvents(
        request,
        response,
        () => handset.view,
        (listener) => handset.onChange(listener),
      );
      return true;
    case 'GET node': {
      const uri = new URL(request.url ?? '', 'http://page').searchParams.get('uri') ?? '.';
      return sendFound(response, handset.node(uri), `there is no node ${uri} with nodes below it`);
    }
    case 'GET sessions':
      return sendFound(response, handset.session(Number(key)), `session ${key} is not remembered`);
    case 'POST connect':
      return handset.connect()
        ? sendJson(response, 202, {})
        : sendProblem(response, 409, 'A session is under way already.');
    case 'POST notifications':
      return notify(handset, request, response);
    case 'POST takeup':
      // Its user decides on the page, which sees what comes of it.
      void handset.takeUp();
      return sendJson(response, 202, {});
    case 'POST reset': {
      const problem = await handset.reset();
      return problem === undefined ? sendJson(response, 200, {}) : sendProblem(response, 409, problem);
    }
    case 'POST settings': {
      const change = changeFrom(await readBody(request));
      if (change === undefined) {
        return sendProblem(
          response,
          400,
          'expected a change such as {"kind":"value","uri":"./A","value":"x"}',
        );
      }
      const problem = await handset.change(change);
      return problem === undefined ? sendJson(response, 200, {}) : sendProblem(response, 422, problem);
    }
    case 'POST answers':
      return answer(handset, Number(key), request, response);
    default:
      return false;
  }
}

/** Answers when the user has decided. */
async function notify(
  handset: Handset,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  const given = notificationFrom(await readBody(request));
  if (given === undefined) {
    return sendProblem(response, 400, 'expected {"hex":"…"}, and "mediaType" where it is not that of DM 1.2');
  }
  const outcome = await handset.notify(given.bytes, given.mediaType);
  if (outcome.kind === 'ignored') return sendJson(response, 422, { problem: outcome.text, ...outcome });
  const { kind } = outcome;
  const { serverID, sessionID } = kind === 'accepted' ? outcome.session : outcome;
  return sendJson(response, 200, { kind, serverID, sessionID });
}

function notificationFrom(value: unknown): { bytes: Uint8Array; mediaType: string } | undefined {
  if (typeof value !== 'object' || value === null || !('hex' in value)) return undefined;
  const { hex } = value;
  const mediaType = 'mediaType' in value ? value.mediaType : NOTIFICATION_FORMATS['1.2'].mediaType;
  if (typeof hex !== 'string' || !/^(?:[0-9a-f]{2})+$/i.test(hex)) return undefined;
  return typeof mediaType === 'string' ? { bytes: Uint8Array.fromHex(hex), mediaType } : undefined;
}

function changeFrom(value: unknown): SettingChange | undefined {
  if (typeof value !== 'object' || value === null || !('kind' in value) || !('uri' in value))
    return undefined;
  const { kind, uri } = value;
  if (typeof uri !== 'string' || !uri.startsWith('./') || uri.includes('?')) return undefined;
  if (kind === 'use' || kind === 'delete') return { kind, uri };
  const isValue = kind === 'value' && 'value' in value && typeof value.value === 'string';
  return isValue ? { kind, uri, value: String(value.value) } : undefined;
}

async function answer(
  handset: Handset,
  key: number,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  const reaction = reactionFrom(await readBody(request));
  if (reaction === undefined) return sendProblem(response, 400, 'expected a reaction such as {"kind":"yes"}');
  const receipt = handset.answer(key, reaction);
  if (receipt.kind === 'late') return sendProblem(response, 409, 'This question is no longer asked.');
  if (receipt.kind === 'fault') return sendProblem(response, 422, receipt.text);
  return sendJson(response, 200, {});
}

/** What a user can do on a page; the other reactions are those of user interfaces. */
function reactionFrom(value: unknown): Reaction | undefined {
  if (typeof value !== 'object' || value === null || !('kind' in value)) return undefined;
  switch (value.kind) {
    case 'read':
    case 'yes':
    case 'no':
    case 'cancelled':
      return { kind: value.kind };
    case 'typed':
      return 'text' in value && typeof value.text === 'string'
        ? { kind: 'typed', text: value.text }
        : undefined;
    case 'chosen': {
      const choices: unknown = 'choices' in value ? value.choices : undefined;
      if (!Array.isArray(choices) || !choices.every((each) => typeof each === 'number')) return undefined;
      return { kind: 'chosen', choices };
    }
    default:
      return undefined;
  }
}

/** The JSON of a body; undefined when it is none, or too long. */
async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY) return undefined;
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    return undefined;
  }
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

function sendFound(response: ServerResponse, value: unknown, otherwise: string): true {
  return value === undefined ? sendProblem(response, 404, otherwise) : sendJson(response, 200, value);
}

function sendProblem(response: ServerResponse, status: number, problem: string): true {
  return sendJson(response, status, { problem } satisfies Problem);
}

function sendJson(response: ServerResponse, status: number, value: unknown): true {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(JSON.stringify(value));
  return true;
}
