import type { Cred } from '@grove/protocol';
import { NotApplicable } from '../../framework/index.ts';
import type { Dialogue } from '../dialogue.ts';
import { AUTH_TYPES, basicProof, freshNonce, md5Proof } from '../proof.ts';
import type { Reply } from '../reply.ts';
import type { ClientGroup } from '../stand.ts';
import type { DmAccount, Opening } from '../subject.ts';
import { chal, get, replace } from '../xml.ts';

const RULE = 'DM_Security 1.2.1, Authentication of the client';
const CHALLENGE = 'DM_Security 1.2.1, Challenges; DM_Protocol 1.2.1, 9 Authentication';
const NONCES = 'DM_Security 1.2.1, Nonces';
const ANSWER = get('./DevInfo/Man');

/** What a Cred says, in words that can be compared. */
function words(cred: Cred | undefined): { type: string; format: string; data: string } | undefined {
  if (cred === undefined) return undefined;
  const { meta, data } = cred;
  return {
    type: meta?.type ?? '',
    format: (meta?.format ?? '').toLowerCase(),
    data: data instanceof Uint8Array ? data.toBase64() : typeof data === 'string' ? data : '',
  };
}

const md5Words = ({ client }: DmAccount, nonce: string) => ({
  type: AUTH_TYPES.md5,
  format: 'b64',
  data: md5Proof(client, nonce),
});
const basicWords = ({ client }: DmAccount) => ({
  type: AUTH_TYPES.basic,
  format: 'b64',
  data: basicProof(client),
});

/** Tells the client that its proof is missing or wrong, and gives what it says then. */
function challenge(
  dialogue: Dialogue,
  code: 401 | 407,
  headerChal: string,
  more: { respURI?: string } = {},
): Promise<Reply | undefined> {
  return dialogue.sayOnce('', { headerCode: code, headerChal, commandCode: code, ...more });
}

const MD5: Opening = { client: 'md5' };

export const CLIENT_PROOF: ClientGroup = {
  id: 'C-19',
  title: 'The client proves itself',
  cases: [
    {
      id: 'C-19.1',
      title: 'Basic: Cred is user and password in base64',
      rule: RULE,
      async run({ begin }, check) {
        const { last, account } = await begin({ client: 'basic' });
        check.equal(words(last.header.cred), basicWords(account), 'Cred');
      },
    },
    {
      id: 'C-19.2',
      title: 'MD5: Cred is the digest over user, password and the nonce of the account, in base64',
      rule: RULE,
      async run({ begin }, check) {
        const { last, account } = await begin(MD5);
        check.equal(words(last.header.cred), md5Words(account, account.client.nonce), 'Cred');
      },
    },
    {
      id: 'C-19.3',
      title: 'MD5: LocName of the Source is the name of the user',
      rule: RULE,
      async run({ begin }, check) {
        const { last, account } = await begin(MD5);
        check.equal(last.header.source.locName, account.client.user, 'LocName');
      },
    },
    {
      id: 'C-19.4',
      title: '407 with a challenge: package 1 comes again, with the proof that was asked for',
      rule: CHALLENGE,
      async run({ begin }, check) {
        const dialogue = await begin({ client: 'md5', withoutNonce: true });
        const nonce = freshNonce();
        const again = await challenge(dialogue, 407, chal(AUTH_TYPES.md5, nonce));
        check.equal(words(again?.header.cred), md5Words(dialogue.account, nonce), 'Cred');
        const own = again?.commands.map(({ name }) => name).filter((name) => name !== 'Status');
        check.equal(own, ['Alert', 'Replace'], 'commands');
      },
    },
    {
      id: 'C-19.5',
      title: 'After a challenge SessionID stays, MsgID goes on, and the SyncHdr has its Status',
      rule: CHALLENGE,
      async run({ begin }, check) {
        const dialogue = await begin(MD5);
        const { sessionID, msgID } = dialogue.last.header;
        const again = await challenge(dialogue, 401, chal(AUTH_TYPES.md5, freshNonce()));
        check.equal(again?.header.sessionID, sessionID, 'SessionID');
        check.equal(again?.header.msgID, String(Number(msgID) + 1), 'MsgID');
        check.that(again?.headerStatus !== undefined, 'no Status for the SyncHdr');
      },
    },
    {
      id: 'C-19.6',
      title: '401 with a challenge: one more try, with the new nonce',
      rule: CHALLENGE,
      async run({ begin }, check) {
        const dialogue = await begin(MD5);
        const nonce = freshNonce();
        const again = await challenge(dialogue, 401, chal(AUTH_TYPES.md5, nonce));
        check.equal(words(again?.header.cred), md5Words(dialogue.account, nonce), 'Cred');
      },
    },
    {
      id: 'C-19.7',
      title: '401 a second time: the client gives up',
      rule: CHALLENGE,
      async run({ begin }, check) {
        const dialogue = await begin(MD5);
        await challenge(dialogue, 401, chal(AUTH_TYPES.md5, freshNonce()));
        const third = await challenge(dialogue, 401, chal(AUTH_TYPES.md5, freshNonce()));
        check.equal(third, undefined, 'message of the client');
      },
    },
    {
      id: 'C-19.8',
      title: '212: no further message of the session carries a Cred',
      rule: 'DM_Security 1.2.1, Status codes 200 and 212',
      async run({ begin }, check) {
        const dialogue = await begin(MD5);
        for (let n = 0; n < 3; n++) {
          const reply = await dialogue.say(ANSWER, { headerCode: 212 });
          check.equal(reply.header.cred, undefined, 'Cred');
        }
      },
    },
    {
      id: 'C-19.9',
      title: '200: each message carries a Cred, over the NextNonce where one was given',
      rule: 'DM_Security 1.2.1, Status codes 200 and 212',
      async run({ begin }, check) {
        const dialogue = await begin(MD5);
        for (let n = 0; n < 3; n++) {
          const nonce = freshNonce();
          const reply = await dialogue.say(ANSWER, {
            headerCode: 200,
            headerChal: chal(AUTH_TYPES.md5, nonce),
          });
          check.equal(words(reply.header.cred), md5Words(dialogue.account, nonce), 'Cred');
        }
      },
    },
    {
      id: 'C-19.10',
      title: '200 to basic: each message carries the Cred',
      rule: 'DM_Security 1.2.1, Status codes 200 and 212',
      async run({ begin }, check) {
        const dialogue = await begin({ client: 'basic' });
        const reply = await dialogue.say(ANSWER, { headerCode: 200 });
        check.equal(words(reply.header.cred), basicWords(dialogue.account), 'Cred');
      },
    },
    {
      id: 'C-19.11',
      title: 'The NextNonce that comes with 212 is that of the next session',
      rule: NONCES,
      async run({ begin }, check) {
        const dialogue = await begin(MD5);
        const nonce = freshNonce();
        await dialogue.say(ANSWER, { headerCode: 212, headerChal: chal(AUTH_TYPES.md5, nonce) });
        await dialogue.end();
        const { last, account } = await begin(MD5);
        check.equal(words(last.header.cred), md5Words(account, nonce), 'Cred of the next session');
      },
    },
    {
      id: 'C-19.12',
      title: 'A client whose account says basic answers a challenge for MD5 with MD5',
      rule: 'DM_Security 1.2.1, Authentication types',
      async run({ begin }, check) {
        const dialogue = await begin({ client: 'basic' });
        const nonce = freshNonce();
        const again = await challenge(dialogue, 401, chal(AUTH_TYPES.md5, nonce));
        check.equal(words(again?.header.cred), md5Words(dialogue.account, nonce), 'Cred');
      },
    },
    {
      id: 'C-19.13',
      title: 'A challenge for a type that the client does not have ends the session',
      rule: CHALLENGE,
      async run({ begin }, check) {
        const dialogue = await begin(MD5);
        const again = await challenge(dialogue, 401, chal('syncml:auth-securid'));
        check.equal(again, undefined, 'message of the client');
      },
    },
    {
      id: 'C-19.14',
      title: 'An account with MD5 alone does not show its password when the server asks for basic',
      rule: CHALLENGE,
      async run({ begin }, check) {
        const dialogue = await begin(MD5);
        const again = await challenge(dialogue, 401, chal(AUTH_TYPES.basic));
        const shown = words(again?.header.cred);
        check.that(shown?.type !== AUTH_TYPES.basic, 'the password was sent');
      },
    },
    {
      id: 'C-19.15',
      title: 'After a challenge the retry goes to the RespURI',
      rule: 'DM_Protocol 1.2.1, 9 Authentication; DM_RepPro 1.2.1, RespURI',
      async run({ begin }, check) {
        const dialogue = await begin(MD5);
        const respURI = `${dialogue.account.address}?session=17`;
        const again = await challenge(dialogue, 401, chal(AUTH_TYPES.md5, freshNonce()), { respURI });
        check.equal(again?.sent.uri, respURI, 'where the message went');
      },
    },
    {
      id: 'C-19.16',
      title: '402, 503 or 513 for the SyncHdr ends the session',
      rule: 'DM_RepPro 1.2.1, Response status codes',
      async run({ meet }, check) {
        for (const headerCode of [402, 503, 513]) {
          const dialogue = await meet();
          const reply = await dialogue.sayOnce('', { headerCode, commandCode: headerCode });
          check.equal(reply, undefined, `message of the client after ${headerCode}`);
        }
      },
    },
    {
      id: 'C-19.17',
      title: 'A password that is replaced within a session holds from the next session on',
      rule: 'DM_Security 1.2.1, Credentials',
      async run({ begin, need }, check) {
        const auth = `${need('account')}/AppAuth`;
        const dialogue = await begin(MD5);
        const { client } = dialogue.account;
        const perMessage = (nonce: string) => ({ headerCode: 200, headerChal: chal(AUTH_TYPES.md5, nonce) });
        let level = '';
        let own = '';
        for (const name of (await dialogue.read(auth)).split('/')) {
          own = `${auth}/${name}`;
          level = await dialogue.read(`${own}/AAuthLevel`);
          if (level === 'CLCRED') break;
        }
        check.equal(level, 'CLCRED', `AAuthLevel below ${auth}`);
        const [code] = await dialogue.codes(replace(`${own}/AAuthSecret`, 'another secret'));
        if (code !== 'Replace 200') throw new NotApplicable('the server may not replace AAuthSecret');
        await dialogue.end();
        const next = await begin(MD5);
        const changed = { ...client, password: 'another secret' };
        check.equal(
          words(next.last.header.cred)?.data,
          md5Proof(changed, next.account.client.nonce),
          'Data of the Cred in the next session',
        );
        const nonce = freshNonce();
        await next.say(replace(`${own}/AAuthSecret`, client.password));
        await next.end();
        const last = await begin(MD5);
        const reply = await last.say(replace(`${own}/AAuthSecret`, 'a third secret'), perMessage(nonce));
        check.equal(
          words(reply.header.cred)?.data,
          md5Proof(client, nonce),
          'Data of the Cred in the same session',
        );
        await last.say(replace(`${own}/AAuthSecret`, client.password), perMessage(freshNonce()));
      },
    },
  ],
};

/** The account of the published examples. */
async function exampleAccount(
  begin: (opening: Opening) => Promise<Dialogue>,
  opening: Opening,
): Promise<Dialogue> {
  const dialogue = await begin(opening);
  const { user, password } = dialogue.account.client;
  if (user === 'Bruce2' && password === 'OhBehave') return dialogue;
  throw new NotApplicable('the account is not that of the examples, Bruce2 with OhBehave');
}

export const VECTORS: ClientGroup = {
  id: 'C-41',
  title: 'Test vectors: Bruce2 with OhBehave',
  cases: [
    {
      id: 'C-41.1',
      title: 'Basic: QnJ1Y2UyOk9oQmVoYXZl',
      rule: 'DM_Security 1.2.1, Basic authentication',
      async run({ begin }, check) {
        const { last } = await exampleAccount(begin, { client: 'basic' });
        check.equal(words(last.header.cred)?.data, 'QnJ1Y2UyOk9oQmVoYXZl', 'Data of the Cred');
      },
    },
    {
      id: 'C-41.2',
      title: 'MD5 with the nonce "Nonce": Zz6EivR3yeaaENcRN6lpAQ==',
      rule: 'DM_Security 1.2.1, MD5 digest',
      async run({ begin }, check) {
        const dialogue = await exampleAccount(begin, MD5);
        const again = await challenge(dialogue, 401, chal(AUTH_TYPES.md5, 'Tm9uY2U='));
        check.equal(words(again?.header.cred)?.data, 'Zz6EivR3yeaaENcRN6lpAQ==', 'Data of the Cred');
      },
    },
    {
      id: 'C-41.3',
      title: 'MD5 with a nonce of four zero bytes: cnPI6nO9RgujiHU0y58kNA==',
      rule: 'DM_Security 1.2.1, MD5 digest',
      async run({ begin }, check) {
        const dialogue = await exampleAccount(begin, MD5);
        const again = await challenge(dialogue, 401, chal(AUTH_TYPES.md5, 'AAAAAA=='));
        check.equal(words(again?.header.cred)?.data, 'cnPI6nO9RgujiHU0y58kNA==', 'Data of the Cred');
      },
    },
  ],
};
