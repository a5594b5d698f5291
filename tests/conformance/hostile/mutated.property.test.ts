/** Valid messages with something broken in them: whatever it is, it gets an answer that is no failure of Grove's. */
import { type Encoding, xmlToWbxml } from '@grove/protocol';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Damage, damage, spoil } from '../../rig/damage.testing.ts';
import {
  answers,
  basicDigest,
  cred,
  HandDevice,
  macHeader,
  packageOne,
  type Said,
  said,
  xmlMessage,
} from '../../rig/device.testing.ts';
import { type Answer, type Rig, startRig, WBXML, XML } from '../../rig/rig.testing.ts';
import { exchangesOf } from './exchanges.testing.ts';

/** More of them find more: GROVE_RUNS=100000. */
const RUNS = Number(process.env.GROVE_RUNS ?? 150);
const FIRST_NONCE = Buffer.alloc(16, 9).toString('base64');
const NAMES = Object.keys(exchangesOf(''));

let rig: Rig;
beforeAll(async () => {
  rig = await startRig();
});
afterAll(() => rig.close());

const goodCred = cred('basic', basicDigest('device', 'device-password'));
const limits = '<Meta><MaxMsgSize xmlns="syncml:metinf">5000</MaxMsgSize></Meta>';

/** How one of the messages of an exchange is spoilt. */
interface Spoilt {
  readonly damages: readonly Damage[];
  /** Whether the header with its MAC is spoilt too, or made for what is spoilt. */
  readonly mac: 'fits' | 'damaged' | 'missing';
}

/** A device with its own DevId, which proves itself in one of two ways. */
class Subject {
  readonly devId: string;
  readonly #auth: 'basic' | 'hmac';
  readonly #encoding: Encoding;
  #msgID = 0;
  #nonce = FIRST_NONCE;
  #to: string | undefined;

  constructor(devId: string, auth: 'basic' | 'hmac', encoding: Encoding) {
    this.devId = devId;
    this.#auth = auth;
    this.#encoding = encoding;
  }

  async register(steps: readonly object[]): Promise<void> {
    const account = { user: 'device', password: 'device-password' };
    const client =
      this.#auth === 'basic'
        ? { auth: 'basic', ...account }
        : { auth: 'hmac', ...account, nonce: FIRST_NONCE };
    await rig.register(this.devId, {
      client,
      server: { auth: 'md5', user: 'grove', password: 'server-password' },
    });
    await rig.task(this.devId, steps);
  }

  async say(body: string, spoilt?: Spoilt): Promise<Answer> {
    this.#msgID += 1;
    const more = `${this.#auth === 'basic' && this.#msgID === 1 ? goodCred : ''}${limits}`;
    const text = xmlMessage({ device: this.devId, msgID: this.#msgID, more }, body);
    const good = Buffer.from(text);
    const bytes =
      spoilt === undefined
        ? this.#encoding === 'xml'
          ? good
          : Buffer.from(xmlToWbxml(good))
        : spoil(text, spoilt.damages, this.#encoding);
    return rig.post(bytes, {
      type: this.#encoding === 'xml' ? XML : WBXML,
      headers: this.#headers(bytes, spoilt),
      ...(this.#to === undefined ? {} : { to: this.#to }),
    });
  }

  /** Says what it says when all is well. */
  async sayWell(body: string): Promise<Said> {
    const answer = said(await this.say(body));
    expect(answer.statuses[0]).toMatch(/^SyncHdr 2/);
    this.#to = answer.respURI;
    this.#nonce = answer.nonce ?? this.#nonce;
    return answer;
  }

  #headers(bytes: Buffer, spoilt?: Spoilt): Record<string, string> {
    if (this.#auth !== 'hmac' || spoilt?.mac === 'missing') return {};
    const mac = macHeader('device', 'device-password', this.#nonce, bytes);
    if (spoilt?.mac !== 'damaged') return { 'x-syncml-hmac': mac };
    // What HTTP can carry.
    const broken = spoil(mac, spoilt.damages, 'xml')
      .toString('latin1')
      .replaceAll(/[^\x20-\x7e]/g, '');
    return { 'x-syncml-hmac': broken.slice(0, 4000) };
  }
}

let devices = 0;

const attempt = fc.record({
  exchange: fc.constantFrom(...NAMES),
  auth: fc.constantFrom('basic' as const, 'hmac' as const),
  at: fc.nat(9),
  damages: fc.array(damage, { minLength: 1, maxLength: 3 }),
  mac: fc.constantFrom<Spoilt['mac'][]>('fits', 'fits', 'fits', 'damaged', 'missing'),
});

describe.each(['xml', 'wbxml'] as const)('a damaged message in %s', (encoding) => {
  it('is answered or refused, wherever it comes in an exchange', async () => {
    await fc.assert(
      fc.asyncProperty(attempt, async ({ exchange, auth, at, damages, mac }) => {
        const devId = `IMEI:${devices++}`;
        const subject = new Subject(devId, auth, encoding);
        const { steps = [], messages = [] } = exchangesOf(devId)[exchange] ?? {};
        await subject.register(steps);
        let last: Said | undefined;
        const end = at % messages.length;
        for (const message of messages.slice(0, end)) last = await subject.sayWell(message(last));
        const answer = await subject.say(messages[end]?.(last) ?? '', { damages, mac });
        expect([200, 400, 404, 413]).toContain(answer.httpStatus);
        if (answer.httpStatus === 200) expect(said(answer).statuses[0]).toMatch(/^SyncHdr /);
      }),
      { numRuns: RUNS },
    );
  }, 600_000);
});

it.each(NAMES)('undamaged, an exchange comes to a good end: %s', async (exchange) => {
  for (const auth of ['basic', 'hmac'] as const) {
    const devId = `IMEI:good-${auth}-${exchange.replaceAll(' ', '-')}`;
    const subject = new Subject(devId, auth, 'wbxml');
    const { steps = [], messages = [] } = exchangesOf(devId)[exchange] ?? {};
    await subject.register(steps);
    let last: Said | undefined;
    for (const message of messages) last = await subject.sayWell(message(last));
    const [task] = (
      await rig.api<{ items: { state: string; reason: string | null }[] }>(
        'GET',
        `/tasks?device=${encodeURIComponent(devId)}`,
      )
    ).items;
    expect(task).toMatchObject({ state: 'succeeded', reason: null });
  }
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
  for (let device = 0; device < devices; device++) {
    for (const { id } of await rig.sessions(`IMEI:${device}`))
      expect(await rig.trace(id)).not.toHaveLength(0);
    await rig.alerts(`IMEI:${device}`);
    await rig.api('GET', `/devices/IMEI%3A${device}/tree`);
  }
  await rig.refusals();
}, 600_000);
