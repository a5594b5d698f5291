/**
 * Two devices that are registered, one of which does what it can to read, to change or to learn of what is the
 * other's. It has credentials of its own, and knows all of the other's names and numbers but no secret.
 */
import { request } from 'node:http';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  answers,
  basicDigest,
  cred,
  HandDevice,
  macHeader,
  md5Digest,
  packageOne,
  type Said,
  said,
  xmlMessage,
} from '../../rig/device.testing.ts';
import { type Answer, type Rig, startRig, XML } from '../../rig/rig.testing.ts';

/** More of them find more: GROVE_RUNS=100000. */
const RUNS = Number(process.env.GROVE_RUNS ?? 150);
const VICTIM = 'IMEI:700000000000001';
const THIEF = 'IMEI:700000000000002';
const NOBODY = 'IMEI:700000000000003';
const SECRET = 'only-for-the-victim';
const FIRST_NONCE = Buffer.alloc(16, 3).toString('base64');

let rig: Rig;
/** The victim, in the middle of a session: it has been asked for a node. */
let victim: HandDevice;
let asked: Said;
/** Its message that began the session. */
let opening = '';
let reading: number;
/** Work of the victim that waits for an alert. */
let waiting: number;
let nonce: string | undefined = FIRST_NONCE;
let before: string;

const proof = (): string => cred('md5', md5Digest('victim', SECRET, nonce ?? ''));
const thiefCred = cred('basic', basicDigest('thief', 'thief-password'));

beforeAll(async () => {
  // Whoever is locked out is not even looked at.
  rig = await startRig({ limits: { lockout: { after: 0, first: 0, longest: 0 } } });
  await rig.register(VICTIM, {
    client: { auth: 'md5', user: 'victim', password: SECRET, nonce: FIRST_NONCE },
  });
  await rig.register(THIEF, { client: { auth: 'basic', user: 'thief', password: 'thief-password' } });
  victim = new HandDevice(rig, VICTIM);
  waiting = await rig.task(VICTIM, [
    { kind: 'exec', uri: './Update', await: { seconds: 3600, type: 'done' } },
  ]);
  const first = await victim.say(packageOne(VICTIM), { more: proof() });
  nonce = first.nonce;
  expect(first.asks).toEqual(['Exec ./Update']);
  await victim.say(
    `${answers(first).replace(/<Data>200<\/Data><\/Status>$/, '<Data>202</Data></Status>')}<Final/>`,
  );
  reading = await rig.task(VICTIM, [
    { kind: 'get', uri: './Private' },
    { kind: 'replace', uri: './Password', value: SECRET },
  ]);
  asked = await victim.begin('A1').say(packageOne(VICTIM), { more: proof() });
  nonce = asked.nonce;
  opening = victim.sent;
  expect(asked.asks).toEqual(['Get ./Private', 'Replace ./Password']);
  before = await everythingOf();
});
afterAll(() => rig.close());

/** All that the API says of the victim, but for who has tried to be it. */
async function everythingOf(): Promise<string> {
  const at = `/devices/${encodeURIComponent(VICTIM)}`;
  const [device, tree, alerts] = await Promise.all([
    rig.api<Record<string, unknown>>('GET', at),
    rig.api('GET', `${at}/tree`),
    rig.alerts(VICTIM),
  ]);
  const tasks = await Promise.all([waiting, reading].map((id) => rig.showTask(id)));
  const told = await Promise.all([waiting, reading].map((id) => rig.api('GET', `/alerts?task=${id}`)));
  const { failures: _, ...known } = device;
  return JSON.stringify([known, tree, alerts, tasks, told]);
}

const statusFor = (name: string, cmdRef: string, code: number): string =>
  `<Status><CmdID>3</CmdID><MsgRef>1</MsgRef><CmdRef>${cmdRef}</CmdRef><Cmd>${name}</Cmd><Data>${code}</Data></Status>`;
const node = (uri: string, value: string): string =>
  `<Replace><CmdID>6</CmdID><Item><Source><LocURI>${uri}</LocURI></Source><Data>${value}</Data></Item></Replace>`;
const report = (correlator: string, source: string): string =>
  `<Alert><CmdID>7</CmdID><Data>1226</Data><Correlator>${correlator}</Correlator><Item><Source><LocURI>${source}</LocURI></Source><Meta><Type xmlns="syncml:metinf">done</Type></Meta><Data>0</Data></Item></Alert>`;

/** What the thief says; where it speaks of what was asked, it is of what the victim was asked. */
const SAYINGS: (() => string)[] = [
  () => packageOne(THIEF),
  () => packageOne(VICTIM),
  () => answers(asked, { './Private': 'forged' }),
  () =>
    ['1', '2', '3', '4', '5', '6']
      .map((ref) => statusFor('Get', ref, 200) + statusFor('Replace', ref, 200))
      .join(''),
  () =>
    `<Results><CmdID>5</CmdID><MsgRef>1</MsgRef><CmdRef>4</CmdRef><Item><Source><LocURI>./Private</LocURI></Source><Data>forged</Data></Item></Results>`,
  () => node('./DevInfo/DevId', VICTIM),
  () => node('./DevInfo/Man', 'Forged'),
  () => report(`task-${waiting}/0`, './Update'),
  () => report(`task-${waiting}/0`, './Other'),
  () => report('', './Update'),
  () => '<Alert><CmdID>8</CmdID><Data>1223</Data></Alert>',
  () => '<Alert><CmdID>8</CmdID><Data>1222</Data></Alert>',
  () => `<Get><CmdID>9</CmdID><Item><Target><LocURI>./Private</LocURI></Target></Item></Get>`,
];
const attempt = fc.record({
  source: fc.constantFrom(
    THIEF,
    VICTIM,
    ` ${VICTIM} `,
    VICTIM.toLowerCase(),
    `${VICTIM}\u0000`.slice(0, -1),
    `./${VICTIM}`,
  ),
  name: fc.constantFrom(undefined, VICTIM, 'victim', 'thief'),
  sessionID: fc.constantFrom<string[]>('1', 'A1', 'a1', 'B'),
  msgID: fc.constantFrom<number[]>(1, 2, 3, 99),
  to: fc.constantFrom('server', 'own', 'cut', 'guessed', 'victim'),
  creds: fc.constantFrom('own', 'none', 'old', 'mixed', 'empty'),
  mac: fc.constantFrom(undefined, 'own', 'victim'),
  says: fc.array(fc.constantFrom(...SAYINGS), { maxLength: 4 }),
  final: fc.boolean(),
});
type Attempt = typeof attempt extends fc.Arbitrary<infer T> ? T : never;

async function make(how: Attempt, source = how.source): Promise<Answer> {
  const thief = new HandDevice(rig, THIEF);
  const own =
    how.to === 'own' ? (await thief.begin('B').say(packageOne(THIEF), { more: thiefCred })).respURI : '';
  const theirs = asked.respURI;
  const to = {
    server: `${rig.url}/dm`,
    own,
    cut: theirs.slice(0, -1),
    guessed: theirs.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')),
    // Who knows it speaks in the session; one who names himself does not.
    victim: source === THIEF ? theirs : `${rig.url}/dm?s=`,
  }[how.to];
  const creds = {
    own: thiefCred,
    none: '',
    old: /<Cred>.*<\/Cred>/s.exec(opening)?.[0] ?? '',
    mixed: cred('md5', md5Digest('victim', 'thief-password', nonce ?? '')),
    empty: cred('basic', basicDigest('', '')),
  }[how.creds];
  const text = xmlMessage(
    { device: source, sessionID: how.sessionID, msgID: how.msgID, more: creds },
    `${how.says.map((say) => say()).join('')}${how.final ? '<Final/>' : ''}`,
  );
  const named =
    how.name === undefined
      ? text
      : text.replace('</LocURI></Source>', `</LocURI><LocName>${how.name}</LocName></Source>`);
  const mac = {
    own: macHeader('thief', 'thief-password', '', Buffer.from(named)),
    victim: macHeader('victim', 'guess', nonce ?? '', Buffer.from(named)),
  };
  return rig.post(named, { to, headers: how.mac === undefined ? {} : { 'x-syncml-hmac': mac[how.mac] } });
}

/** What of an answer does not change from one to the next. */
function shape({ httpStatus, text }: Answer, device: string): string {
  return `${httpStatus} ${text}`
    .replaceAll(device, 'DEVICE')
    .replaceAll(/<NextNonce[^>]*>[^<]*/g, '<NextNonce>')
    .replaceAll(/\?s=[\w-]+/g, '?s=');
}

describe('a device that has its own credentials', () => {
  it('gets nothing of another device, and changes nothing of it', async () => {
    await fc.assert(
      fc.asyncProperty(attempt, async (how) => {
        const answer = await make(how);
        // There is nothing for the thief to do, so that what is asked is the victim's.
        if (answer.httpStatus === 200) {
          expect(said(answer).asks.filter((ask) => ask !== 'Alert 1222' && ask !== 'Alert 1223')).toEqual([]);
        }
        expect(answer.text).not.toContain(SECRET);
        expect(answer.text).not.toContain(new URL(asked.respURI).search.slice(3));
      }),
      { numRuns: RUNS },
    );
    expect(await everythingOf()).toBe(before);
  }, 600_000);

  it('cannot tell from how a session begins whether there is another device', async () => {
    let sessions = 0;
    await fc.assert(
      fc.asyncProperty(attempt, async (how) => {
        sessions += 1;
        const first: Attempt = { ...how, sessionID: `L${sessions}`, msgID: 1, to: 'server' };
        const [there, not] = [await make(first, VICTIM), await make(first, NOBODY)];
        expect(shape(there, VICTIM)).toBe(shape(not, NOBODY));
      }),
      { numRuns: RUNS },
    );
    expect(await everythingOf()).toBe(before);
  }, 600_000);

  it('leaves the other one as it was: it goes on in its session, is asked no twice, and its alert counts', async () => {
    const end = await victim.say(`${answers(asked, { './Private': 'mine' })}<Final/>`);
    expect(end.asks).toEqual([]);
    expect(await rig.showTask(reading)).toMatchObject({
      state: 'succeeded',
      results: [{ value: 'mine', status: 200 }, { status: 200 }],
    });
    expect((await rig.showTask(waiting)).state).not.toBe('succeeded');
    const told = packageOne(VICTIM).replace('<Final/>', `${report(`task-${waiting}/0`, './Update')}<Final/>`);
    expect((await victim.begin('A2').say(told, { more: proof() })).statuses[0]).toBe('SyncHdr 212');
    expect((await rig.showTask(waiting)).state).toBe('succeeded');
    expect(await rig.api('GET', `/alerts?task=${waiting}`)).toMatchObject({ items: [{ devId: VICTIM }] });
  });

  it('gets nothing by saying again what the other has said before', async () => {
    const then = await everythingOf();
    const again = await rig.post(opening);
    expect(again.text).not.toContain(SECRET);
    expect(said(again).asks).toEqual([]);
    expect(await everythingOf()).toBe(then);
  });
});

/** Sends a request whose path is left as it is. */
function raw(
  method: string,
  path: string,
  headers: Record<string, string>,
  body = '',
): Promise<{ status: number; text: string }> {
  const { hostname, port } = new URL(rig.url);
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, method, path, headers, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => {
        text += part;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

describe('the way of devices does not lead to the API', () => {
  it.each([
    '/dm/api/v1/devices',
    '/dm/../api/v1/devices',
    '/dm//api/v1/devices',
    '/dm/%2e%2e/api/v1/devices',
    '/dm%2f..%2fapi/v1/devices',
    '/dm;/api/v1/devices',
    '/dm?s=/../../api/v1/devices',
    '//api/v1/devices',
    '/api/v1/../../dm',
  ])('%s', async (path) => {
    for (const method of ['GET', 'POST', 'DELETE', 'PUT', 'OPTIONS']) {
      for (const type of [XML, 'application/json']) {
        const { status, text } = await raw(method, path, { 'content-type': type }, '{"devId":"IMEI:x"}');
        expect([method, type, status >= 400 && status < 500]).toEqual([method, type, true]);
        expect(text).not.toContain('70000000000');
      }
    }
  });

  it('and a message of a device does nothing at the API', async () => {
    const message = xmlMessage({ device: THIEF, more: thiefCred }, packageOne(THIEF));
    for (const path of ['/api/v1/devices', '/api/v1/contents', '/api/v1/tasks', '/healthz']) {
      const { status } = await raw(
        'POST',
        path,
        { 'content-type': XML, authorization: `Basic ${basicDigest('thief', 'thief-password')}` },
        message,
      );
      expect([path, status >= 400 && status < 500]).toEqual([path, true]);
    }
  });
});
