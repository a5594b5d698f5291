import type { Check } from '../../framework/index.ts';
import type { Dialogue } from '../dialogue.ts';
import { AUTH_TYPES, basicProof, credOf, freshNonce, md5Proof } from '../proof.ts';
import type { Reply } from '../reply.ts';
import type { ClientGroup } from '../stand.ts';
import type { Opening } from '../subject.ts';
import { add, alert, chal, cred, get } from '../xml.ts';

const RULE = 'DM_Security 1.2.1, Authentication of the server';
const MD5: Opening = { server: 'md5' };
const ASK = get('./DevInfo/Man');
const NONE = '';
/** Bytes that a nonce should have. */
const NONCE_BYTES = 16;
const MOST_TRIES = 6;

const wrongMd5 = ({ account }: Dialogue): string =>
  cred(AUTH_TYPES.md5, md5Proof({ ...account.server, password: 'wrong' }, account.server.nonce));

function checkChallenge(check: Check, reply: Reply | undefined, code: 401 | 407): void {
  check.equal(reply?.headerStatus?.code, code, 'Status for the SyncHdr');
  const meta = reply?.headerStatus?.chal?.meta;
  check.equal(meta?.type, AUTH_TYPES.md5, 'Type of the Chal');
  check.equal(meta?.format?.toLowerCase(), 'b64', 'Format of the Chal');
  check.that(nonceOf(reply).length >= NONCE_BYTES, `NextNonce has ${nonceOf(reply).length} bytes`);
}

function nonceOf(reply: Reply | undefined): Uint8Array {
  const nonce = reply?.headerStatus?.chal?.meta?.nextNonce;
  if (nonce instanceof Uint8Array) return nonce;
  return Buffer.from(typeof nonce === 'string' ? nonce : '', 'base64');
}

export const SERVER_PROOF: ClientGroup = {
  id: 'C-21',
  title: 'The server proves itself',
  cases: [
    {
      id: 'C-21.1',
      title: 'A server with the right MD5 digest is answered with 212 and a nonce for its next proof',
      rule: RULE,
      async run({ begin }, check) {
        const reply = await (await begin(MD5)).sayOnce(ASK);
        check.equal(reply?.headerStatus?.code, 212, 'Status for the SyncHdr');
        check.equal(reply?.codes, ['Get 200'], 'statuses');
        check.that(nonceOf(reply).length >= NONCE_BYTES, `NextNonce has ${nonceOf(reply).length} bytes`);
      },
    },
    {
      id: 'C-21.2',
      title: 'A server with a wrong digest gets 401 with a challenge for SyncHdr, 401 for each command',
      rule: RULE,
      async run({ begin }, check) {
        const dialogue = await begin(MD5);
        const reply = await dialogue.sayOnce(ASK + alert(1222), { cred: wrongMd5(dialogue) });
        checkChallenge(check, reply, 401);
        check.equal(reply?.codes, ['Get 401', 'Alert 401'], 'statuses');
      },
    },
    {
      id: 'C-21.3',
      title: 'A server without a Cred that asks for something gets 407 with a challenge',
      rule: RULE,
      async run({ begin }, check) {
        const reply = await (await begin(MD5)).sayOnce(ASK, { cred: NONE });
        checkChallenge(check, reply, 407);
        check.equal(reply?.codes, ['Get 407'], 'statuses');
      },
    },
    {
      id: 'C-21.4',
      title: 'Nothing that such a server asks for is done',
      rule: RULE,
      async run({ planted, begin }, check) {
        const { dialogue, at } = await planted();
        await dialogue.end();
        const next = await begin(MD5);
        const reply = await next.sayOnce(add(`${at}/a`, 'x'), { cred: wrongMd5(next) });
        check.equal(reply?.codes, ['Add 401'], 'statuses');
        check.equal(await next.read(at), '', 'the place afterwards');
      },
    },
    {
      id: 'C-21.5',
      title: 'The answer to such a server has statuses alone: no Results, no alerts',
      rule: 'DM_Security 1.2.1, Challenges',
      async run({ begin }, check) {
        const reply = await (await begin(MD5)).sayOnce(ASK, { cred: NONE });
        check.equal(
          reply?.commands.filter(({ name }) => name !== 'Status'),
          [],
          'commands but statuses',
        );
      },
    },
    {
      id: 'C-21.6',
      title: 'With the right proof over the nonce of the challenge, the commands are done',
      rule: RULE,
      async run({ begin }, check) {
        const dialogue = await begin(MD5);
        await dialogue.sayOnce(ASK, { cred: NONE });
        const reply = await dialogue.sayOnce(ASK);
        check.equal(reply?.headerStatus?.code, 212, 'Status for the SyncHdr');
        check.equal(reply?.codes, ['Get 200'], 'statuses');
      },
    },
    {
      id: 'C-21.7',
      title: 'A server without a Cred that asks for nothing is not challenged: the session is over',
      rule: 'DM_Security 1.2.1, Challenges',
      async run({ begin }, check) {
        const reply = await (await begin(MD5)).sayOnce('', { cred: NONE });
        check.equal(reply, undefined, 'message of the client');
      },
    },
    {
      id: 'C-21.8',
      title: 'After 212 the server need not prove itself again in the session',
      rule: 'DM_Security 1.2.1, Status codes 200 and 212',
      async run({ begin }, check) {
        const dialogue = await begin(MD5);
        await dialogue.sayOnce(ASK);
        const reply = await dialogue.sayOnce(ASK, { cred: NONE });
        check.equal(reply?.codes, ['Get 200'], 'statuses');
      },
    },
    {
      id: 'C-21.9',
      title: 'A digest over an old nonce is not accepted in the next session',
      rule: 'DM_Security 1.2.1, Nonces',
      async run({ begin }, check) {
        const dialogue = await begin(MD5);
        const old = credOf(dialogue.account.server) ?? '';
        await dialogue.sayOnce(ASK, { cred: old });
        await dialogue.end();
        const reply = await (await begin(MD5)).sayOnce(ASK, { cred: old });
        check.equal(reply?.headerStatus?.code, 401, 'Status for the SyncHdr');
      },
    },
    {
      id: 'C-21.10',
      title: 'The nonce handed out with 212 is that of the next session',
      rule: 'DM_Security 1.2.1, Nonces',
      async run({ begin }, check) {
        const dialogue = await begin(MD5);
        await dialogue.sayOnce(ASK);
        await dialogue.end();
        const reply = await (await begin(MD5)).sayOnce(ASK);
        check.equal(reply?.headerStatus?.code, 212, 'Status for the SyncHdr');
      },
    },
    {
      id: 'C-21.11',
      title: 'Each challenge has another nonce',
      rule: 'DM_Security 1.2.1, Nonces',
      async run({ begin }, check) {
        const dialogue = await begin(MD5);
        const first = nonceOf(await dialogue.sayOnce(ASK, { cred: NONE }));
        const second = nonceOf(await dialogue.sayOnce(ASK, { cred: wrongMd5(dialogue) }));
        check.that(Buffer.compare(first, second) !== 0, 'the same nonce in two challenges');
      },
    },
    {
      id: 'C-21.12',
      title: 'A server that goes on failing is given up: the client sends nothing more',
      rule: 'DM_Security 1.2.1, Challenges',
      async run({ begin }, check) {
        const dialogue = await begin(MD5);
        let tries = 1;
        while ((await dialogue.sayOnce(ASK, { cred: wrongMd5(dialogue) })) !== undefined) {
          tries += 1;
          check.that(tries <= MOST_TRIES, `${tries} wrong proofs have been answered`);
        }
      },
    },
    {
      id: 'C-21.13',
      title: 'Basic: the right password is accepted, a wrong one is not',
      rule: RULE,
      async run({ begin }, check) {
        const opening: Opening = { server: 'basic' };
        const dialogue = await begin(opening);
        const wrong = cred(AUTH_TYPES.basic, basicProof({ ...dialogue.account.server, password: 'wrong' }));
        const refused = await dialogue.sayOnce(ASK, { cred: wrong });
        check.equal(refused?.headerStatus?.code, 401, 'Status with a wrong password');
        const accepted = await dialogue.sayOnce(ASK);
        check.oneOf(accepted?.headerStatus?.code, [200, 212], 'Status with the right password');
      },
    },
    {
      id: 'C-21.14',
      title: 'A proof of another type than that of the account is not accepted',
      rule: 'DM_Security 1.2.1, Challenges',
      async run({ begin }, check) {
        const dialogue = await begin(MD5);
        const basic = cred(AUTH_TYPES.basic, basicProof(dialogue.account.server));
        const reply = await dialogue.sayOnce(ASK, { cred: basic });
        check.oneOf(reply?.headerStatus?.code, [401, undefined], 'Status for the SyncHdr');
      },
    },
    {
      id: 'C-21.15',
      title: 'A session that a server without proof aborts is over as well',
      rule: 'DM_Protocol 1.2.1, 8.1 Session abort',
      async run({ begin }, check) {
        const reply = await (await begin(MD5)).sayOnce(alert(1223), { cred: NONE });
        check.equal(reply, undefined, 'message of the client');
      },
    },
    {
      id: 'C-21.16',
      title: 'Without its password a server is believed after 212, and no longer after 200',
      rule: 'DM_Security 1.2.1, Status codes 200 and 212',
      async run({ begin }, check) {
        const dialogue = await begin({ client: 'md5', server: 'basic' });
        const first = await dialogue.sayOnce(ASK);
        const code = check.found(first?.headerStatus?.code, 'the Status for the SyncHdr');
        const second = await dialogue.sayOnce(ASK, { cred: NONE });
        check.equal(
          second?.headerStatus?.code,
          code === 212 ? 212 : 407,
          `Status without a Cred after ${code}`,
        );
      },
    },
  ],
};

export const UNPROVED_NONCES: ClientGroup = {
  id: 'C-22',
  title: 'Nonces of a server that has not proved itself',
  cases: [
    {
      id: 'C-22.1',
      title: 'Its challenge is answered over its nonce',
      rule: 'DM_Security 1.2.1, Nonces',
      async run({ begin }, check) {
        const dialogue = await begin({ client: 'md5', server: 'md5' });
        const nonce = freshNonce();
        const reply = await dialogue.sayOnce('', {
          headerCode: 401,
          headerChal: chal(AUTH_TYPES.md5, nonce),
          commandCode: 401,
          cred: NONE,
        });
        check.equal(reply?.header.cred?.data, md5Proof(dialogue.account.client, nonce), 'Data of the Cred');
      },
    },
    {
      id: 'C-22.2',
      title: 'It is not kept: the next session begins with the nonce from before',
      rule: 'DM_Security 1.2.1, Nonces',
      async run({ begin }, check) {
        const opening: Opening = { client: 'md5', server: 'md5' };
        const dialogue = await begin(opening);
        const challenged = {
          headerCode: 401,
          commandCode: 401,
          cred: NONE,
        } as const;
        await dialogue.sayOnce('', { ...challenged, headerChal: chal(AUTH_TYPES.md5, freshNonce()) });
        await dialogue.sayOnce('', { ...challenged, headerChal: chal(AUTH_TYPES.md5, freshNonce()) });
        const { last, account } = await begin(opening);
        check.equal(
          last.header.cred?.data,
          md5Proof(account.client, account.client.nonce),
          'Data of the Cred of the next session',
        );
      },
    },
    {
      id: 'C-22.3',
      title: 'It is kept once the server has proved itself in the session',
      rule: 'DM_Security 1.2.1, Nonces',
      async run({ begin }, check) {
        const opening: Opening = { client: 'md5', server: 'md5' };
        const dialogue = await begin(opening);
        const nonce = freshNonce();
        await dialogue.sayOnce(ASK, { headerChal: chal(AUTH_TYPES.md5, nonce), cred: NONE });
        await dialogue.sayOnce(ASK);
        await dialogue.end();
        const { last, account } = await begin(opening);
        check.equal(
          last.header.cred?.data,
          md5Proof(account.client, nonce),
          'Data of the Cred of the next session',
        );
      },
    },
    {
      id: 'C-22.4',
      title: 'A nonce that it hands out with 212 is not kept either',
      rule: 'DM_Security 1.2.1, Nonces',
      async run({ begin }, check) {
        const opening: Opening = { client: 'md5', server: 'md5' };
        const dialogue = await begin(opening);
        const { client } = dialogue.account;
        const { nonce } = client;
        await dialogue.sayOnce('', { headerChal: chal(AUTH_TYPES.md5, freshNonce()), cred: NONE });
        client.nonce = nonce;
        const { last } = await begin(opening);
        check.equal(last.header.cred?.data, md5Proof(client, nonce), 'Data of the Cred of the next session');
      },
    },
    {
      id: 'C-22.5',
      title:
        'Its challenge is answered by package 1 as well when it asks for something and is challenged itself',
      rule: 'DM_Security 1.2.1, Challenges',
      async run({ begin }, check) {
        const dialogue = await begin({ client: 'md5', server: 'md5' });
        const reply = await dialogue.sayOnce(ASK, {
          headerCode: 407,
          headerChal: chal(AUTH_TYPES.md5, freshNonce()),
          commandCode: 407,
          cred: NONE,
        });
        check.equal(reply?.headerStatus?.code, 407, 'Status for the SyncHdr');
        check.equal(reply?.alertCodes, [1201], 'alerts');
        check.that(
          reply?.commands.some(({ name }) => name === 'Replace') ?? false,
          'DevInfo does not come again',
        );
      },
    },
  ],
};
