/** Valid messages with something broken in them: whatever it is, it gets an answer that is no failure of Grove's. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { damage, spoil } from '../../rig/damage.testing.ts';
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
