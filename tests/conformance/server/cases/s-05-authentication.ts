import {
  answers,
  basicDigest,
  chal,
  cred,
  type HandDevice,
  macHeader,
  md5Digest,
  packageOne,
  type Said,
} from '../../../rig/device.testing.ts';
import type { ServerGroup } from '../stand.ts';

const USER = 'phone';
const PASSWORD = 'correct horse';
const NONCE = Buffer.from('0123456789abcdef').toString('base64');
const MD5 = { client: { auth: 'md5', user: USER, password: PASSWORD, nonce: NONCE } };
const BASIC = { client: { auth: 'basic', user: USER, password: PASSWORD } };
const HMAC = { client: { auth: 'hmac', user: USER, password: PASSWORD, nonce: NONCE } };
const SERVER = { user: 'grove', password: 'battery staple' };

const md5Cred = (nonce: string, password = PASSWORD): string => cred('md5', md5Digest(USER, password, nonce));

/** The Chal of the SyncHdr's Status. */
function challengeOf({ message }: Said) {
  const [first] = message.body.commands;
  const meta = first?.name === 'Status' ? first.chal?.meta : undefined;
  return meta === undefined ? undefined : { type: meta.type, format: meta.format, nonce: meta.nextNonce };
}

const begin = (phone: HandDevice, more = ''): Promise<Said> => phone.say(packageOne(phone.devId), { more });

export const AUTHENTICATION: ServerGroup = {
  id: 'S-05',
  title: 'Authentication of the client',
  cases: [
    {
      id: 'S-05.1',
      title: 'Missing credentials: 407 and a challenge with Type, Format b64 and NextNonce',
      rule: 'DM_Security 1.2.1, Challenges',
      async run({ device }, check) {
        const first = await begin(await device(MD5));
        check.equal(first.statuses[0], 'SyncHdr 407', 'Status of the SyncHdr');
        const challenge = challengeOf(first);
        check.equal(challenge?.type, 'syncml:auth-md5', 'Type of the Chal');
        check.equal(challenge?.format, 'b64', 'Format of the Chal');
        check.matches(String(challenge?.nonce), /^[\w+/]{16,}={0,2}$/, 'NextNonce');
      },
    },
    {
      id: 'S-05.2',
      title: 'Wrong credentials: 401 and a challenge with another nonce',
      rule: 'DM_Security 1.2.1, Challenges',
      async run({ device }, check) {
        const first = await begin(await device(MD5), md5Cred(NONCE, 'wrong'));
        check.equal(first.statuses[0], 'SyncHdr 401', 'Status of the SyncHdr');
        check.that(challengeOf(first) !== undefined, 'there is no Chal');
        check.that(challengeOf(first)?.nonce !== NONCE, 'NextNonce is the nonce that has failed');
      },
    },
    {
      id: 'S-05.3',
      title: 'A failure is answered with statuses only, each with the same code',
      rule: 'DM_Security 1.2.1, Challenges',
      async run({ device, rig }, check) {
        const phone = await device(MD5);
        await rig.task(phone.devId, [{ kind: 'get', uri: './A' }]);
        const first = await begin(phone);
        check.equal(first.statuses, ['SyncHdr 407', 'Alert 407', 'Replace 407'], 'statuses');
        check.equal(first.commands, [], 'commands besides Status');
      },
    },
    {
      id: 'S-05.4',
      title: 'Package 1 repeated with the nonce of the challenge is authenticated for the session (212)',
      rule: 'DM_Security 1.2.1, MD5 authentication',
      async run({ device }, check) {
        const phone = await device(MD5);
        const first = await begin(phone);
        const second = await begin(phone, md5Cred(first.nonce ?? ''));
        check.equal(second.statuses, ['SyncHdr 212', 'Alert 200', 'Replace 200'], 'statuses');
        check.that(second.nonce !== undefined, 'there is no NextNonce for the next session');
      },
    },
    {
      id: 'S-05.5',
      title: 'The first message may carry the credentials already, made with the stored nonce',
      rule: 'DM_Security 1.2.1, MD5 authentication',
      async run({ device }, check) {
        const first = await begin(await device(MD5), md5Cred(NONCE));
        check.equal(first.statuses[0], 'SyncHdr 212', 'Status of the SyncHdr');
      },
    },
    {
      id: 'S-05.6',
      title: 'The next session is authenticated with the NextNonce of this one',
      rule: 'DM_Security 1.2.1, Nonces',
      async run({ device }, check) {
        const phone = await device(MD5);
        const { nonce = '' } = await begin(phone, md5Cred(NONCE));
        const next = await begin(phone.begin('2'), md5Cred(nonce));
        check.equal(next.statuses[0], 'SyncHdr 212', 'Status of the SyncHdr');
      },
    },
    {
      id: 'S-05.7',
      title: 'Credentials of an earlier session are not taken again',
      rule: 'DM_Security 1.2.1, Nonces',
      async run({ device }, check) {
        const phone = await device(MD5);
        await begin(phone, md5Cred(NONCE));
        const replayed = await begin(phone.begin('2'), md5Cred(NONCE));
        check.equal(replayed.statuses[0], 'SyncHdr 401', 'Status of the SyncHdr');
      },
    },
    {
      id: 'S-05.8',
      title: 'After 212 no message of the session needs credentials',
      rule: 'DM_Security 1.2.1, Status codes of authentication',
      async run({ device, rig }, check) {
        const phone = await device(MD5);
        const task = await rig.task(phone.devId, [{ kind: 'get', uri: './A' }]);
        const first = await begin(phone, md5Cred(NONCE));
        const second = await phone.say(`${answers(first, { './A': 'x' })}<Final/>`);
        check.equal(second.statuses, ['SyncHdr 212'], 'statuses');
        check.equal((await rig.showTask(task)).state, 'succeeded', 'state of the task');
      },
    },
    {
      id: 'S-05.9',
      title: 'Basic: a challenge without nonce, then 212',
      rule: 'DM_Security 1.2.1, Basic authentication',
      async run({ device }, check) {
        const phone = await device(BASIC);
        const first = await begin(phone);
        check.equal(first.statuses[0], 'SyncHdr 407', 'Status without credentials');
        const { type, nonce } = challengeOf(first) ?? {};
        check.equal({ type, nonce }, { type: 'syncml:auth-basic', nonce: undefined }, 'Chal');
        const second = await begin(phone, cred('basic', basicDigest(USER, PASSWORD)));
        check.equal(second.statuses[0], 'SyncHdr 212', 'Status with credentials');
      },
    },
    {
      id: 'S-05.10',
      title: 'Credentials of another type than the account has are not taken',
      rule: 'DM_Security 1.2.1, Challenges',
      async run({ device }, check) {
        const first = await begin(await device(MD5), cred('basic', basicDigest(USER, PASSWORD)));
        check.oneOf(first.statuses[0], ['SyncHdr 401', 'SyncHdr 407'], 'Status of the SyncHdr');
        check.equal(challengeOf(first)?.type, 'syncml:auth-md5', 'Type of the Chal');
      },
    },
    {
      id: 'S-05.11',
      title: 'HMAC: a right MAC is answered with 200 and a NextNonce, for this message only',
      rule: 'DM_Security 1.2.1, HMAC-MD5',
      async run({ device, rig }, check) {
        const phone = await device(HMAC);
        const task = await rig.task(phone.devId, [{ kind: 'get', uri: './A' }]);
        const mac = (nonce: string) => (body: Uint8Array) => ({
          'x-syncml-hmac': macHeader(USER, PASSWORD, nonce, body),
        });
        const first = await phone.say(packageOne(phone.devId), { headers: mac(NONCE) });
        check.equal(first.statuses[0], 'SyncHdr 200', 'Status of the first SyncHdr');
        const nonce = check.found(first.nonce, 'NextNonce');
        const second = await phone.say(`${answers(first, { './A': 'x' })}<Final/>`, { headers: mac(nonce) });
        check.equal(second.statuses[0], 'SyncHdr 200', 'Status of the second SyncHdr');
        check.that(second.nonce !== undefined && second.nonce !== nonce, 'there is no new NextNonce');
        check.equal((await rig.showTask(task)).state, 'succeeded', 'state of the task');
      },
    },
    {
      id: 'S-05.12',
      title: 'HMAC: a message without the header is not taken, and nothing that it says is believed',
      rule: 'DM_Security 1.2.1, HMAC-MD5',
      async run({ device, rig }, check) {
        const phone = await device(HMAC);
        const task = await rig.task(phone.devId, [{ kind: 'get', uri: './A' }]);
        const first = await phone.say(packageOne(phone.devId), {
          headers: (body) => ({ 'x-syncml-hmac': macHeader(USER, PASSWORD, NONCE, body) }),
        });
        const second = await phone.say(`${answers(first, { './A': 'forged' })}<Final/>`);
        check.oneOf(second.statuses[0], ['SyncHdr 401', 'SyncHdr 407'], 'Status of the SyncHdr');
        check.that((await rig.showTask(task)).state !== 'succeeded', 'the task has succeeded');
      },
    },
    {
      id: 'S-05.13',
      title: 'HMAC: the MAC of other bytes, or with the nonce of an earlier message, is not taken',
      rule: 'DM_Security 1.2.1, HMAC-MD5',
      async run({ device, rig }, check) {
        for (const forge of [
          (nonce: string) => macHeader(USER, PASSWORD, nonce, new TextEncoder().encode('other')),
          (_: string, body: Uint8Array) => macHeader(USER, PASSWORD, NONCE, body),
        ]) {
          const phone = await device(HMAC);
          await rig.task(phone.devId, [{ kind: 'get', uri: './A' }]);
          const first = await phone.say(packageOne(phone.devId), {
            headers: (body) => ({ 'x-syncml-hmac': macHeader(USER, PASSWORD, NONCE, body) }),
          });
          const nonce = check.found(first.nonce, 'NextNonce');
          const second = await phone.say(`${answers(first, { './A': 'x' })}<Final/>`, {
            headers: (body) => ({ 'x-syncml-hmac': forge(nonce, body) }),
          });
          check.equal(second.statuses[0], 'SyncHdr 401', 'Status of the SyncHdr');
        }
      },
    },
    {
      id: 'S-05.14',
      title: 'A device that is not registered gets the same answer as one with wrong credentials',
      rule: 'DM_Security 1.2.1, Challenges (nothing is told about accounts)',
      async run({ device }, check) {
        const known = await device(MD5);
        const stranger = await device(MD5);
        const wrong = md5Cred(NONCE, 'wrong');
        const first = await begin(known, wrong);
        const other = Object.assign(stranger, { devId: `${stranger.devId}-unknown` });
        const second = await begin(other, wrong);
        check.equal(second.statuses, first.statuses, 'statuses');
        check.equal(challengeOf(second)?.type, challengeOf(first)?.type, 'Type of the Chal');
      },
    },
    {
      id: 'S-05.15',
      title:
        'HMAC: the next session begins with the NextNonce of this one, and no longer with the one before',
      rule: 'DM_Security 1.2.1, Nonces',
      async run({ device }, check) {
        const mac = (nonce: string) => ({
          headers: (body: Uint8Array) => ({ 'x-syncml-hmac': macHeader(USER, PASSWORD, nonce, body) }),
        });
        const phone = await device(HMAC);
        const { nonce } = await phone.say(packageOne(phone.devId), mac(NONCE));
        const old = await phone.begin('2').say(packageOne(phone.devId), mac(NONCE));
        check.equal(old.statuses[0], 'SyncHdr 401', 'Status over the nonce from before');
        const next = await phone
          .begin('3')
          .say(packageOne(phone.devId), mac(check.found(nonce, 'NextNonce')));
        check.equal(next.statuses[0], 'SyncHdr 200', 'Status over the NextNonce');
      },
    },
    {
      id: 'S-05.16',
      title: 'After a wrong answer to a challenge there is no second chance with the same nonce',
      rule: 'DM_Security 1.2.1, Challenges',
      async run({ device }, check) {
        const phone = await device(MD5);
        const first = await begin(phone);
        const second = await begin(phone, md5Cred(first.nonce ?? '', 'wrong'));
        check.equal(second.statuses[0], 'SyncHdr 401', 'Status of the SyncHdr');
        check.that(check.found(second.nonce, 'NextNonce') !== first.nonce, 'the nonce is the same again');
      },
    },
    {
      id: 'S-05.17',
      title: 'A challenge that is answered by another type ends the session, be the password right or not',
      rule: 'DM_Security 1.2.1, Challenges',
      async run({ device, rig }, check) {
        const phone = await device(MD5);
        await begin(phone);
        const answer = await begin(phone, cred('basic', basicDigest(USER, PASSWORD)));
        check.equal(answer.statuses[0], 'SyncHdr 401', 'Status of the SyncHdr');
        check.equal(challengeOf(answer), undefined, 'Chal');
        const [session] = await rig.sessions(phone.devId);
        check.equal(session?.outcome, 'refused', 'outcome of the session');
      },
    },
  ],
};

export const UNAUTHENTICATED: ServerGroup = {
  id: 'S-06',
  title: 'Clients that have not proved themselves',
  cases: [
    {
      id: 'S-06.1',
      title: 'An unauthenticated client is told nothing of the work that waits for the device',
      rule: 'DM_Security 1.2.1, Challenges',
      async run({ device, rig }, check) {
        const phone = await device(MD5);
        await rig.task(phone.devId, [{ kind: 'replace', uri: './Secret', value: 'not for strangers' }]);
        const { answer, commands } = await begin(phone, md5Cred(NONCE, 'wrong'));
        check.equal(commands, [], 'commands besides Status');
        check.that(!answer.text.includes('not for strangers'), 'a value is in the answer');
      },
    },
    {
      id: 'S-06.2',
      title: 'The retry goes to the RespURI of the challenge, in the same session',
      rule: 'DM_Security 1.2.1, Challenges',
      async run({ device, rig }, check) {
        const phone = await device(MD5);
        const first = await begin(phone);
        check.matches(first.respURI, /^http/, 'RespURI of the challenge');
        const second = await begin(phone, md5Cred(first.nonce ?? ''));
        check.equal(second.message.header.sessionID, first.message.header.sessionID, 'SessionID');
        check.equal((await rig.sessions(phone.devId)).length, 1, 'number of sessions');
      },
    },
    {
      id: 'S-06.3',
      title: 'What an unauthenticated client reports is not kept',
      rule: 'DM_Security 1.2.1, Challenges',
      async run({ device, rig }, check) {
        const phone = await device(MD5);
        const alert =
          '<Alert><CmdID>3</CmdID><Data>1226</Data><Item><Meta><Type xmlns="syncml:metinf">org.example.x</Type><Format xmlns="syncml:metinf">chr</Format></Meta><Data>x</Data></Item></Alert>';
        await phone.say(packageOne(phone.devId).replace('<Final/>', `${alert}<Final/>`));
        const { items } = await rig.api<{ items: unknown[] }>(
          'GET',
          `/devices/${encodeURIComponent(phone.devId)}/nodes`,
        );
        check.equal(items, [], 'known nodes of the device');
        check.equal(await rig.alerts(phone.devId), [], 'alerts of the device');
      },
    },
    {
      id: 'S-06.4',
      title: 'A client that fails again and again is not challenged for ever',
      rule: 'DM_Security 1.2.1, Challenges',
      async run({ device, rig }, check) {
        const phone = await device(MD5);
        let last = await begin(phone, md5Cred(NONCE, 'wrong'));
        for (let tries = 0; tries < 5 && challengeOf(last) !== undefined; tries += 1) {
          last = await begin(phone, md5Cred(last.nonce ?? '', 'wrong'));
        }
        check.equal(challengeOf(last), undefined, 'Chal after five failures');
        const [session] = await rig.sessions(phone.devId);
        check.equal(session?.outcome, 'refused', 'outcome of the session');
      },
    },
    {
      id: 'S-06.5',
      title: 'Once the client has proved itself, RespURI is one that nobody else has seen',
      rule: 'DM_RepPro 1.2.1, RespURI (what opens a session must not be known to strangers)',
      async run({ device, rig }, check) {
        const phone = await device(MD5);
        await rig.task(phone.devId, [{ kind: 'get', uri: './A' }]);
        const first = await begin(phone);
        const second = await begin(phone, md5Cred(first.nonce ?? ''));
        check.that(second.respURI !== first.respURI, 'the RespURI of the challenge stays');
      },
    },
    {
      id: 'S-06.6',
      title: 'The password of the server is not shown to a client that has not proved itself',
      rule: 'DM_Security 1.2.1, Credentials',
      async run({ device }, check) {
        const phone = await device({ ...MD5, server: { auth: 'basic', ...SERVER } });
        const first = await begin(phone);
        check.equal(first.message.header.cred, undefined, 'Cred in the challenge');
        const second = await begin(phone, md5Cred(first.nonce ?? ''));
        check.equal(
          second.message.header.cred?.data,
          basicDigest(SERVER.user, SERVER.password),
          'Data of the Cred after the proof',
        );
      },
    },
    {
      id: 'S-06.7',
      title: 'A message that does not come to the RespURI and proves nothing is no part of the session',
      rule: 'DM_RepPro 1.2.1, RespURI; DM_Security 1.2.1, Challenges',
      async run({ device, rig }, check) {
        const phone = await device(MD5);
        const task = await rig.task(phone.devId, [{ kind: 'get', uri: './A' }]);
        const first = await begin(phone, md5Cred(NONCE));
        const forged = await phone.say(`${answers(first, { './A': 'forged' })}<Final/>`, { to: 'server' });
        check.equal(forged.statuses[0], 'SyncHdr 407', 'Status of the SyncHdr');
        check.equal((await rig.showTask(task)).state, 'running', 'state of the task');
      },
    },
  ],
};

export const MUTUAL: ServerGroup = {
  id: 'S-11',
  title: 'Authentication of the server',
  cases: [
    {
      id: 'S-11.1',
      title: 'The server proves itself in its first message, by md5 with the stored nonce',
      rule: 'DM_Security 1.2.1, Authentication of the server',
      async run({ device }, check) {
        const phone = await device({ server: { auth: 'md5', ...SERVER, nonce: NONCE } });
        const { message } = await begin(phone);
        const { cred: own, source } = message.header;
        check.equal(own?.meta?.type, 'syncml:auth-md5', 'Type of the Cred');
        check.equal(own?.data, md5Digest(SERVER.user, SERVER.password, NONCE), 'digest');
        check.equal(source.locName, SERVER.user, 'LocName of the Source');
      },
    },
    {
      id: 'S-11.2',
      title: 'Basic credentials of the server are B64(user:password)',
      rule: 'DM_Security 1.2.1, Basic authentication',
      async run({ device }, check) {
        const phone = await device({ server: { auth: 'basic', ...SERVER } });
        const { message } = await begin(phone);
        check.equal(message.header.cred?.data, basicDigest(SERVER.user, SERVER.password), 'credentials');
      },
    },
    {
      id: 'S-11.3',
      title: 'A challenge of the device is answered with its NextNonce',
      rule: 'DM_Security 1.2.1, Challenges',
      async run({ device, rig }, check) {
        const phone = await device({ server: { auth: 'md5', ...SERVER, nonce: NONCE } });
        await rig.task(phone.devId, [{ kind: 'get', uri: './A' }]);
        const first = await begin(phone);
        const nonce = Buffer.from('another nonce').toString('base64');
        const { message } = await phone.say(
          `<Status><CmdID>1</CmdID><MsgRef>${first.message.header.msgID}</MsgRef><CmdRef>0</CmdRef><Cmd>SyncHdr</Cmd>${chal('md5', nonce)}<Data>401</Data></Status><Final/>`,
        );
        check.equal(message.header.cred?.data, md5Digest(SERVER.user, SERVER.password, nonce), 'digest');
      },
    },
    {
      id: 'S-11.4',
      title:
        'After 212 the server sends no more credentials in the session; its next nonce is for the next one',
      rule: 'DM_Security 1.2.1, Status codes of authentication',
      async run({ device, rig }, check) {
        const phone = await device({ server: { auth: 'md5', ...SERVER, nonce: NONCE } });
        await rig.task(phone.devId, [{ kind: 'get', uri: './A' }]);
        const first = await begin(phone);
        const nonce = Buffer.from('for the next one').toString('base64');
        const accepted = answers(first, { './A': 'x' }).replace(
          '<Cmd>SyncHdr</Cmd>',
          `<Cmd>SyncHdr</Cmd>${chal('md5', nonce)}`,
        );
        const second = await phone.say(`${accepted}<Final/>`);
        check.equal(second.message.header.cred, undefined, 'Cred after 212');
        const next = await begin(phone.begin('2'));
        check.equal(
          next.message.header.cred?.data,
          md5Digest(SERVER.user, SERVER.password, nonce),
          'digest of the next session',
        );
      },
    },
    {
      id: 'S-11.5',
      title: 'Each device has credentials of its own: those of another one are not taken',
      rule: 'DM_Security 1.2.1, Credentials',
      async run({ device }, check) {
        const one = { client: { auth: 'basic', user: USER, password: 'one' } };
        const other = { client: { auth: 'basic', user: USER, password: 'other' } };
        const phone = await device(one);
        await device(other);
        const { statuses } = await begin(phone, cred('basic', basicDigest(USER, 'other')));
        check.equal(statuses[0], 'SyncHdr 401', 'Status of the SyncHdr');
      },
    },
    {
      id: 'S-11.6',
      title: 'With HMAC each message has a MAC over its bytes and the nonce that the client gave last',
      rule: 'DM_Security 1.2.1, HMAC-MD5',
      async run({ device, rig }, check) {
        const phone = await device({ server: { auth: 'hmac', ...SERVER, nonce: NONCE } });
        await rig.task(phone.devId, [{ kind: 'get', uri: './A' }]);
        const expected = (nonce: string, { answer }: Said): string =>
          macHeader(SERVER.user, SERVER.password, nonce, answer.bytes);
        const first = await begin(phone);
        check.equal(first.answer.headers['x-syncml-hmac'], expected(NONCE, first), 'first x-syncml-hmac');
        check.equal(first.message.header.cred, undefined, 'Cred beside the MAC');
        const nonce = Buffer.from('another nonce').toString('base64');
        const accepted = answers(first, { './A': 'x' }).replace(
          /<Cmd>SyncHdr<\/Cmd><Data>212/,
          `<Cmd>SyncHdr</Cmd>${chal('MAC', nonce)}<Data>200`,
        );
        const second = await phone.say(`${accepted}<Final/>`);
        check.equal(second.answer.headers['x-syncml-hmac'], expected(nonce, second), 'second x-syncml-hmac');
      },
    },
    {
      id: 'S-11.7',
      title: 'With HMAC a client that gives no nonce for the next message ends the session',
      rule: 'DM_Security 1.2.1, HMAC-MD5',
      async run({ device, rig }, check) {
        const phone = await device({ server: { auth: 'hmac', ...SERVER, nonce: NONCE } });
        await rig.task(phone.devId, [{ kind: 'get', uri: './A' }]);
        const first = await begin(phone);
        const { commands } = await phone.say(`${answers(first, { './A': 'x' })}<Final/>`);
        check.equal(commands, [], 'commands besides Status');
        const [session] = await rig.sessions(phone.devId);
        check.equal(session?.outcome, 'refused', 'outcome of the session');
      },
    },
  ],
};
