import type { Check } from '../../framework/index.ts';
import type { Dialogue } from '../dialogue.ts';
import { AUTH_TYPES, freshNonce, macOf, macProof } from '../proof.ts';
import type { Reply } from '../reply.ts';
import type { ClientGroup } from '../stand.ts';
import type { Opening, Sent } from '../subject.ts';
import { add, chal, get } from '../xml.ts';

const RULE = 'DM_Security 1.2.1, Integrity checking by HMAC';
const HEADER = 'DM_Security 1.2.1, The x-syncml-hmac header';
const NONCES = 'DM_Security 1.2.1, Nonces with HMAC';
const BOTH: Opening = { client: 'hmac', server: 'hmac' };
const SERVER: Opening = { server: 'hmac' };
const ASK = get('./DevInfo/Man');

/** The parts of the header's value. */
function partsOf({ mac }: Sent): {
  algorithm: string;
  username: string | undefined;
  mac: string | undefined;
} {
  const value = mac ?? '';
  return {
    algorithm: /algorithm=(\w+)/.exec(value)?.[1] ?? 'MD5',
    username: /username="([^"]*)"/.exec(value)?.[1],
    mac: /mac=([\w+/=]+)/.exec(value)?.[1],
  };
}

/** The client goes along with none of it: it refuses, or is gone. */
function checkRefused(check: Check, reply: Reply | undefined): void {
  check.oneOf(reply?.headerStatus?.code, [401, 407, undefined], 'Status for the SyncHdr');
  const done = reply?.codes.filter((code) => !/ 40[17]$/.test(code)) ?? [];
  check.equal(done, [], 'statuses but 401 and 407');
}

export const HMAC: ClientGroup = {
  id: 'C-20',
  title: 'HMAC',
  cases: [
    {
      id: 'C-20.1',
      title: 'The first message carries a MAC over its bytes and the nonce of the account',
      rule: RULE,
      async run({ begin }, check) {
        const { last, account } = await begin(BOTH);
        const expected = macProof(account.client, account.client.nonce, last.sent.body);
        check.equal(partsOf(last.sent).mac, expected, 'mac');
      },
    },
    {
      id: 'C-20.2',
      title: 'The header names the user, in quotation marks; so does LocName of the Source',
      rule: HEADER,
      async run({ begin }, check) {
        const { last, account } = await begin(BOTH);
        const { algorithm, username } = partsOf(last.sent);
        check.equal([algorithm, username], ['MD5', account.client.user], 'algorithm and username');
        check.equal(last.header.source.locName, account.client.user, 'LocName');
      },
    },
    {
      id: 'C-20.3',
      title: 'The MAC is not in a Cred',
      rule: HEADER,
      async run({ begin }, check) {
        const { last } = await begin(BOTH);
        check.equal(last.header.cred, undefined, 'Cred');
      },
    },
    {
      id: 'C-20.4',
      title: 'The next message has a MAC over the NextNonce of the server',
      rule: NONCES,
      async run({ begin }, check) {
        const dialogue = await begin(BOTH);
        for (let n = 0; n < 3; n++) {
          const { sent } = await dialogue.say(ASK);
          const { client } = dialogue.account;
          check.equal(partsOf(sent).mac, macProof(client, client.nonce, sent.body), 'mac');
        }
      },
    },
    {
      id: 'C-20.5',
      title: 'A server with the right MAC is answered with 200, never 212, and a nonce for each next message',
      rule: NONCES,
      async run({ begin }, check) {
        const dialogue = await begin(BOTH);
        const nonces = new Set<string>();
        for (let n = 0; n < 3; n++) {
          const reply = await dialogue.sayOnce(ASK);
          check.equal(reply?.headerStatus?.code, 200, 'Status for the SyncHdr');
          check.equal(reply?.codes, ['Get 200'], 'statuses');
          check.equal(reply?.headerStatus?.chal?.meta?.type, AUTH_TYPES.hmac, 'Type of the Chal');
          nonces.add(dialogue.account.server.nonce);
        }
        check.equal(nonces.size, 3, 'number of different nonces');
      },
    },
    {
      id: 'C-20.6',
      title: 'A server without the header is refused with a challenge for HMAC, and nothing is done',
      rule: HEADER,
      async run({ planted, begin }, check) {
        const { dialogue, at } = await planted({}, SERVER);
        await dialogue.end();
        const next = await begin(SERVER);
        const reply = await next.sayOnce(add(`${at}/a`, 'x'), { mac: '' });
        check.oneOf(reply?.headerStatus?.code, [401, 407], 'Status for the SyncHdr');
        check.equal(reply?.headerStatus?.chal?.meta?.type, AUTH_TYPES.hmac, 'Type of the Chal');
        checkRefused(check, reply);
        check.equal(await next.read(at), '', 'the place afterwards');
      },
    },
    {
      id: 'C-20.7',
      title: 'A server whose MAC is wrong is refused with 401 and a challenge for HMAC',
      rule: RULE,
      async run({ begin }, check) {
        const dialogue = await begin(SERVER);
        const { user } = dialogue.account.server;
        const mac = `algorithm=MD5, username="${user}", mac=AAAAAAAAAAAAAAAAAAAAAA==`;
        const reply = await dialogue.sayOnce(ASK, { mac });
        check.equal(reply?.headerStatus?.code, 401, 'Status for the SyncHdr');
        checkRefused(check, reply);
      },
    },
    {
      id: 'C-20.8',
      title: 'A message that was changed on its way is refused',
      rule: RULE,
      async run({ begin }, check) {
        const dialogue = await begin(SERVER);
        const other = new TextEncoder().encode('<another message/>');
        const reply = await dialogue.sayOnce(ASK, { mac: macOf(dialogue.account.server, other) ?? '' });
        checkRefused(check, reply);
      },
    },
    {
      id: 'C-20.9',
      title: 'A later message without MAC is refused, although the first had one',
      rule: RULE,
      async run({ begin }, check) {
        const dialogue = await begin(SERVER);
        await dialogue.sayOnce(ASK);
        checkRefused(check, await dialogue.sayOnce(ASK, { mac: '' }));
      },
    },
    {
      id: 'C-20.10',
      title: 'A MAC over a nonce that was used before is refused',
      rule: NONCES,
      async run({ begin }, check) {
        const dialogue = await begin(SERVER);
        const { nonce } = dialogue.account.server;
        await dialogue.sayOnce(ASK);
        dialogue.account.server.nonce = nonce;
        checkRefused(check, await dialogue.sayOnce(ASK));
      },
    },
    {
      id: 'C-20.11',
      title: 'A header without username is refused',
      rule: HEADER,
      async run({ begin }, check) {
        const dialogue = await begin(SERVER);
        const bytes = dialogue.encoded(dialogue.compose(ASK));
        const mac = macProof(dialogue.account.server, dialogue.account.server.nonce, bytes);
        checkRefused(check, await dialogue.sayBytes(bytes, { mac: `algorithm=MD5, mac=${mac}` }));
      },
    },
    {
      id: 'C-20.12',
      title: 'The algorithm may be left out of the header: it is MD5',
      rule: HEADER,
      async run({ begin }, check) {
        const dialogue = await begin(SERVER);
        const bytes = dialogue.encoded(dialogue.compose(ASK));
        const mac = (macOf(dialogue.account.server, bytes) ?? '').replace('algorithm=MD5, ', '');
        const reply = await dialogue.sayBytes(bytes, { mac });
        check.equal(reply?.codes, ['Get 200'], 'statuses');
      },
    },
    {
      id: 'C-20.13',
      title: 'A header with the name of somebody else is refused',
      rule: HEADER,
      async run({ begin }, check) {
        const dialogue = await begin(SERVER);
        const bytes = dialogue.encoded(dialogue.compose(ASK));
        const mac = macProof(dialogue.account.server, dialogue.account.server.nonce, bytes);
        checkRefused(
          check,
          await dialogue.sayBytes(bytes, { mac: `algorithm=MD5, username="somebody", mac=${mac}` }),
        );
      },
    },
    {
      id: 'C-20.14',
      title: '407 with a challenge for HMAC: package 1 comes again with a MAC over its nonce',
      rule: 'DM_Security 1.2.1, Challenges',
      async run({ begin }, check) {
        const dialogue = await begin({ ...BOTH, withoutNonce: true });
        const nonce = freshNonce();
        const again = await challenge(dialogue, 407, nonce);
        const { client } = dialogue.account;
        check.equal(
          again && partsOf(again.sent).mac,
          again && macProof(client, nonce, again.sent.body),
          'mac',
        );
        check.equal(
          again?.commands.map(({ name }) => name).filter((name) => name !== 'Status'),
          ['Alert', 'Replace'],
          'commands',
        );
      },
    },
    {
      id: 'C-20.15',
      title: '212 to a client that uses HMAC is against the rule: the session ends',
      rule: 'DM_Security 1.2.1, Status codes with HMAC',
      async run({ begin }, check) {
        const dialogue = await begin(BOTH);
        const reply = await dialogue.sayOnce(ASK, { headerCode: 212 });
        check.equal(reply, undefined, 'message of the client');
      },
    },
    {
      id: 'C-20.16',
      title: '200 without a NextNonce to a client that uses HMAC is against the rule: the session ends',
      rule: 'DM_Security 1.2.1, Status codes with HMAC',
      async run({ begin }, check) {
        const dialogue = await begin(BOTH);
        const reply = await dialogue.sayOnce(ASK, { headerCode: 200, headerChal: '' });
        check.equal(reply, undefined, 'message of the client');
      },
    },
  ],
};

function challenge(dialogue: Dialogue, code: 401 | 407, nonce: string): Promise<Reply | undefined> {
  const headerChal = chal(AUTH_TYPES.hmac, nonce);
  return dialogue.sayOnce('', { headerCode: code, headerChal, commandCode: code });
}
