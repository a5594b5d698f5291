/** Valid messages with something broken in them: whatever it is, it gets an answer that is no failure of Grove's. */
import { xmlToWbxml } from '@grove/protocol';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  answers,
  basicDigest,
  cred,
  HandDevice,
  packageOne,
  type Said,
  said,
  xmlMessage,
} from '../../rig/device.testing.ts';
import { type Rig, startRig, WBXML, XML } from '../../rig/rig.testing.ts';

/** More of them find more: GROVE_RUNS=100000. */
const RUNS = Number(process.env.GROVE_RUNS ?? 150);
const DEVICE = 'IMEI:500000000000000';

let rig: Rig;
beforeAll(async () => {
  rig = await startRig();
  await rig.register(DEVICE, {
    client: { auth: 'basic', user: 'device', password: 'device-password' },
    server: { auth: 'md5', user: 'grove', password: 'server-password' },
  });
});
afterAll(() => rig.close());

const goodCred = cred('basic', basicDigest('device', 'device-password'));
const tree =
  '<MgmtTree xmlns="syncml:dmddf1.2"><VerDTD>1.2</VerDTD><Node><NodeName>A</NodeName><Value>x</Value></Node></MgmtTree>';
const alert = (data: string): string =>
  `<Alert><CmdID>7</CmdID><Data>1226</Data><Correlator>c</Correlator><Item><Source><LocURI>./A</LocURI></Source><Meta><Type xmlns="syncml:metinf">application/vnd.syncml.dmtnds+xml</Type><Format xmlns="syncml:metinf">xml</Format><Mark xmlns="syncml:metinf">critical</Mark></Meta><Data>${data}</Data></Item></Alert>`;
const nested =
  '<Atomic><CmdID>8</CmdID><Meta><Type xmlns="syncml:metinf">x</Type></Meta><Replace><CmdID>9</CmdID><Item><Target><LocURI>./A</LocURI></Target><Data>x</Data></Item></Replace></Atomic>';

const STEPS = [
  { kind: 'get', uri: './DevDetail/SwV' },
  { kind: 'get', uri: './DevInfo/Secret' },
  { kind: 'replace', uri: './A/Password', value: 'hidden & shown' },
  { kind: 'exec', uri: './X', value: 'AQID', format: 'bin' },
];

/** A message that begins a session, and one that goes on with it. */
type Valid = (first: Said | undefined, session: string) => string;
const begin: Valid = (_, session) =>
  xmlMessage(
    {
      device: DEVICE,
      sessionID: session,
      more: `${goodCred}<Meta><MaxMsgSize xmlns="syncml:metinf">5000</MaxMsgSize></Meta>`,
    },
    packageOne(DEVICE).replace('<Final/>', `${alert(tree)}${alert('&lt;a&gt;')}${nested}<Final/>`),
  );
const goOn: Valid = (first, session) => {
  const text =
    first === undefined
      ? ''
      : answers(first, {
          './DevDetail/SwV': '1',
          './DevInfo/Secret': 'hidden & shown'.replace('&', '&amp;'),
        });
  return xmlMessage({ device: DEVICE, sessionID: session, msgID: 2 }, `${text}${alert('x')}<Final/>`);
};

/** What is done to a message; places are parts of its length. */
const place = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const damage = fc.oneof(
  fc.record({ kind: fc.constant('set' as const), at: place, byte: fc.integer({ min: 0, max: 255 }) }),
  fc.record({ kind: fc.constant('cut' as const), at: place, length: fc.integer({ min: 1, max: 200 }) }),
  fc.record({ kind: fc.constant('end' as const), at: place }),
  fc.record({
    kind: fc.constant('insert' as const),
    at: place,
    bytes: fc.uint8Array({ minLength: 1, maxLength: 20 }),
  }),
  fc.record({
    kind: fc.constant('copy' as const),
    at: place,
    to: place,
    length: fc.integer({ min: 1, max: 300 }),
  }),
  /** Takes an element from one place to another, or away: the message stays a document. */
  fc.record({ kind: fc.constant('move' as const), at: place, to: fc.option(place) }),
  /** Another text in the place of an element's. */
  fc.record({
    kind: fc.constant('say' as const),
    at: place,
    text: fc.oneof(
      fc.constantFrom(
        '',
        '0',
        '-1',
        '1e9',
        '99999999999999999999',
        '.',
        './',
        '/',
        '../..',
        '%00',
        'null',
        '__proto__',
      ),
      fc.constantFrom(
        'x'.repeat(70_000),
        'é'.repeat(3000),
        '&#1;',
        '&#x1F600;',
        '&amp;',
        '<x/>',
        '<![CDATA[<]]>',
        '\u202e',
      ),
      fc.string({ unit: 'binary', maxLength: 8 }).map((text) => text.replace(/[<&]/g, '')),
    ),
  }),
);
type Damage = typeof damage extends fc.Arbitrary<infer T> ? T : never;

function damagedText(text: string, how: Damage): string {
  if (how.kind === 'say') {
    const leaves = [...text.matchAll(/>([^<>]*)<\//g)];
    const leaf = leaves[Math.floor(how.at * leaves.length)];
    if (leaf === undefined) return text;
    const start = leaf.index + 1;
    return text.slice(0, start) + how.text + text.slice(start + (leaf[1]?.length ?? 0));
  }
  if (how.kind === 'move') {
    const elements = [...text.matchAll(/<(\w+)[^>]*>[^<]*<\/\1>|<(\w+)>(?:(?!<\2>).)*<\/\2>/gs)];
    const element = elements[Math.floor(how.at * elements.length)];
    if (element === undefined) return text;
    const rest = text.slice(0, element.index) + text.slice(element.index + element[0].length);
    if (how.to === null) return rest;
    const gaps = [...rest.matchAll(/></g)];
    const gap = gaps[Math.floor(how.to * gaps.length)]?.index ?? 0;
    return `${rest.slice(0, gap + 1)}${element[0]}${rest.slice(gap + 1)}`;
  }
  return text;
}

function damagedBytes(bytes: Buffer, how: Damage): Buffer {
  const at = Math.floor(how.at * bytes.length);
  switch (how.kind) {
    case 'set':
      return Buffer.concat([bytes.subarray(0, at), Buffer.from([how.byte]), bytes.subarray(at + 1)]);
    case 'cut':
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + how.length)]);
    case 'end':
      return bytes.subarray(0, at);
    case 'insert':
      return Buffer.concat([bytes.subarray(0, at), how.bytes, bytes.subarray(at)]);
    case 'copy': {
      const to = Math.floor(how.to * bytes.length);
      return Buffer.concat([bytes.subarray(0, to), bytes.subarray(at, at + how.length), bytes.subarray(to)]);
    }
    default:
      return bytes;
  }
}

function spoil(text: string, damages: readonly Damage[], encoding: 'xml' | 'wbxml'): Buffer {
  const document = damages.reduce(damagedText, text);
  let bytes = Buffer.from(document);
  if (encoding === 'wbxml') {
    try {
      bytes = Buffer.from(xmlToWbxml(bytes));
    } catch {
      // What has no WBXML any more is spoilt as bytes only.
      bytes = Buffer.from(xmlToWbxml(Buffer.from(text)));
    }
  }
  return damages.reduce(damagedBytes, bytes);
}

let session = 0;

describe.each([
  ['xml', XML],
  ['wbxml', WBXML],
] as const)('a damaged message in %s', (encoding, type) => {
  it('is answered or refused', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(damage, { minLength: 1, maxLength: 3 }),
        fc.constantFrom(begin, goOn),
        async (damages, valid) => {
          const name = `s${session++}`;
          let first: Said | undefined;
          if (valid === goOn) {
            await rig.task(DEVICE, STEPS);
            first = said(await rig.post(begin(undefined, name)));
            expect(first.statuses[0]).toBe('SyncHdr 212');
          }
          const to = first?.respURI ?? `${rig.url}/dm`;
          const answer = await rig.post(spoil(valid(first, name), damages, encoding), { type, to });
          expect([200, 400, 404, 413]).toContain(answer.httpStatus);
          if (answer.httpStatus === 200) expect(said(answer).statuses[0]).toMatch(/^SyncHdr /);
        },
      ),
      { numRuns: RUNS },
    );
  }, 600_000);
});

it('leaves the server well, and every message to be read', async () => {
  const other = 'IMEI:500000000000001';
  await rig.register(other);
  const task = await rig.task(other, [{ kind: 'get', uri: './A' }]);
  const phone = new HandDevice(rig, other);
  const first = await phone.say(packageOne(other));
  await phone.say(`${answers(first, { './A': '1' })}<Final/>`);
  expect((await rig.showTask(task)).state).toBe('succeeded');
  // Not found to be anything that the API cannot show.
  for (const { id } of await rig.sessions(DEVICE)) expect(await rig.trace(id)).not.toHaveLength(0);
  await rig.refusals();
  await rig.alerts(DEVICE);
  await rig.api('GET', `/devices/${encodeURIComponent(DEVICE)}/tree`);
}, 600_000);
