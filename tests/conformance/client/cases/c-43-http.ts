import { NotApplicable } from '../../framework/index.ts';
import type { Dialogue } from '../dialogue.ts';
import type { ClientCase, ClientGroup } from '../stand.ts';
import type { Sent } from '../subject.ts';
import { get } from '../xml.ts';

const POST = 'SyncML HTTP binding 1.2, Exchanging messages';
const HEADERS = 'SyncML HTTP binding 1.2, General header requirements';
const MEDIA = 'SyncML HTTP binding 1.2, MIME header type requirement';

type HttpRequest = NonNullable<Sent['http']>;

function requestOf({ last }: Dialogue): HttpRequest {
  const { http } = last.sent;
  if (http === undefined) throw new NotApplicable('its messages do not come over HTTP');
  return http;
}

/** Looks at the first message of a session and at a later one. */
function httpCase(
  listed: Omit<ClientCase, 'run'>,
  look: (request: HttpRequest, sent: Sent, ...args: Parameters<ClientCase['run']>) => void,
): ClientCase {
  return {
    ...listed,
    async run(stand, check) {
      const dialogue = await stand.meet({ overHttp: true });
      look(requestOf(dialogue), dialogue.last.sent, stand, check);
      await dialogue.say(get('./DevInfo/Man'));
      look(requestOf(dialogue), dialogue.last.sent, stand, check);
      await dialogue.end();
    },
  };
}

export const HTTP: ClientGroup = {
  id: 'C-43',
  title: 'HTTP',
  cases: [
    httpCase(
      { id: 'C-43.1', title: 'Each message is the body of a POST', rule: POST },
      ({ method }, _sent, _stand, check) => check.equal(method, 'POST', 'method'),
    ),
    httpCase(
      { id: 'C-43.2', title: 'Content-Type is that of DM in the encoding of the message', rule: MEDIA },
      ({ headers }, { encoding }, _stand, check) =>
        check.matches(
          headers['content-type'],
          encoding === 'xml'
            ? /^application\/vnd\.syncml\.dm\+xml\s*(;\s*charset="?utf-8"?)?$/i
            : /^application\/vnd\.syncml\.dm\+wbxml$/i,
          'Content-Type',
        ),
    ),
    httpCase(
      {
        id: 'C-43.3',
        title: 'Content-Length is that of the message, unless it comes in chunks',
        rule: HEADERS,
      },
      ({ headers }, { body }, _stand, check) => {
        const { 'content-length': length, 'transfer-encoding': coding } = headers;
        if (coding === undefined) check.equal(length, String(body.length), 'Content-Length');
        else check.equal(coding, 'chunked', 'Transfer-Encoding');
      },
    ),
    httpCase(
      {
        id: 'C-43.4',
        title: 'Nobody on the way is to keep it: Cache-Control is no-store or private',
        rule: HEADERS,
      },
      ({ headers }, _sent, _stand, check) =>
        check.matches(headers['cache-control'], /\b(no-store|private)\b/, 'Cache-Control'),
    ),
    httpCase(
      { id: 'C-43.5', title: 'Accept, where there is one, takes the media type of the answer', rule: MEDIA },
      ({ headers }, { encoding }, _stand, check) =>
        check.matches(
          headers.accept ?? '*/*',
          new RegExp(`\\*/\\*|application/\\*|application/vnd\\.syncml\\.dm\\+${encoding}`),
          'Accept',
        ),
    ),
    {
      id: 'C-43.6',
      title: 'The MAC of a message travels in the header x-syncml-hmac',
      rule: 'DM_Security 1.2.1, The x-syncml-hmac header',
      async run({ begin }, check) {
        const dialogue = await begin({ client: 'hmac', overHttp: true });
        check.matches(
          requestOf(dialogue).headers['x-syncml-hmac'],
          /\bmac=[A-Za-z0-9+/]{22}==/,
          'x-syncml-hmac',
        );
        await dialogue.end();
      },
    },
  ],
};
