/**
 * PAP beside Kannel, the WAP gateway of Debian: its push initiator `test_ppg` submits to Grove's PAP server, and Grove's
 * initiator submits to Kannel's push proxy gateway, whose short messages are looked at.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Address,
  DM_APPLICATION,
  type InitiatorOptions,
  type Push,
  papServer,
  pushInitiator,
} from '@grove/push';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { type HttpSmsc, startHttpSmsc } from '../rig/http-smsc.testing.ts';
import { type Kannel, kannelFile, runTestPpg, startKannel, writeControl } from '../rig/kannel.testing.ts';
import { MemoryPushService } from '../rig/push-service.testing.ts';

describe('Kannel’s test_ppg, as initiator', () => {
  /** The credentials that it has with `-H -b`. */
  const CREDENTIALS = { user: 'troo', password: 'far' };
  let service: MemoryPushService;
  let url = '';
  let folder = '';

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'grove-pap-'));
    service = new MemoryPushService();
    return () => rm(folder, { recursive: true });
  });

  async function serve(named: boolean): Promise<void> {
    const server = createServer(
      papServer({
        service,
        authenticate: (credentials) => {
          if (!named) return { name: 'anybody' };
          const { user, password } = credentials ?? {};
          return user === CREDENTIALS.user && password === CREDENTIALS.password ? { name: user } : undefined;
        },
        onFailure: (error) => {
          throw error;
        },
      }),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/pap`;
  }

  it.each([
    ['si', 'text/vnd.wap.si', 'any', '*'],
    ['sl', 'text/vnd.wap.sl', 'ua', 'http://www.wiral.com:wml.ua'],
    ['wml', 'text/vnd.wap.wml', 'mms', 'mms.ua'],
  ])('submits %s for an application', async (qualifier, contentType, application, applicationId) => {
    await serve(false);
    const { output, answer } = await runTestPpg(
      '-c',
      qualifier,
      '-a',
      application,
      url,
      kannelFile('si.txt'),
      kannelFile('smstestppg.txt'),
    );
    expect(output).toContain('and type push response');
    expect(answer).toContain('code="1001"');
    const [{ submission } = { submission: undefined }] = service.taken;
    expect(submission).toMatchObject({
      pushId: '9fjeo39jf084@pi.com',
      addresses: [
        {
          text: 'WAPPUSH=+358408201681/TYPE=PLMN@ppg.carrier.com',
          address: { kind: 'plmn', number: '+358408201681' },
        },
      ],
      deliverAfter: Date.UTC(2001, 1, 28, 6, 45),
      quality: {
        priority: 'low',
        deliveryMethod: 'unconfirmed',
        network: 'gsm',
        networkRequired: true,
        bearer: 'sms',
        bearerRequired: true,
      },
      version: '1.0',
    });
    expect(submission?.content.contentType).toBe(contentType);
    expect(submission?.content.applicationId ?? '').toContain(applicationId);
    expect(Buffer.from(submission?.content.body ?? []).toString()).toContain(
      await readFile(kannelFile('si.txt'), 'utf8'),
    );
  });

  it('submits base64, with a header of its own, to an IP address', async () => {
    await serve(false);
    const { answer } = await runTestPpg(
      '-c',
      'sl',
      '-e',
      'base64',
      '-S',
      'Content-Language: fi\r\n',
      url,
      kannelFile('sl.txt'),
      kannelFile('iptestppg.txt'),
    );
    expect(answer).toContain('code="1001"');
    expect(service.taken[0]?.submission).toMatchObject({
      addresses: [{ address: { kind: 'ipv4', host: '213.243.140.102' } }],
      content: {
        headers: [['content-language', 'fi']],
        body: new Uint8Array(await readFile(kannelFile('sl.txt'))),
      },
    });
  });

  it('submits our own documents: a user, SIP, a port, PAP 2.0', async () => {
    await serve(false);
    const doctype =
      '<!DOCTYPE pap PUBLIC "-//WAPFORUM//DTD PAP 2.0//EN" "http://www.wapforum.org/DTD/pap_2.0.dtd" [<?wap-pap-ver supported-versions="2.0,1.*"?>]>';
    const file = await writeControl(folder, {
      addresses: [
        'WAPPUSH=john%40example.com/TYPE=USER@ppg',
        'sip:john@example.com',
        'WAPPUSH=127.0.0.1:40000/TYPE=IPV4@ppg',
      ],
      attributes: 'replace-push-id="old@pi" deliver-before-timestamp="2040-01-01T00:00:00Z"',
      doctype,
    });
    expect((await runTestPpg('-c', 'si', url, kannelFile('si.txt'), file)).answer).toContain('code="1001"');
    expect(service.taken[0]?.submission).toMatchObject({
      addresses: [
        { address: { kind: 'user', user: 'john@example.com' } },
        { address: { kind: 'sip', uri: 'sip:john@example.com' } },
        { address: { kind: 'ipv4', host: '127.0.0.1', port: 40000 } },
      ],
      replaces: { pushId: 'old@pi', method: 'all' },
      version: '2.0',
    });
  });

  it('authenticates itself, and is refused when it does not', async () => {
    await serve(true);
    expect((await runTestPpg('-H', '-b', url)).answer).toContain('code="1001"');
    expect(service.taken[0]?.from).toEqual({ name: 'troo' });
    const { output: refused } = await runTestPpg(
      '-c',
      'si',
      url,
      kannelFile('si.txt'),
      kannelFile('smstestppg.txt'),
    );
    expect(refused).toContain('0 succeeded, 1 failed');
    expect(service.taken).toHaveLength(1);
  });

  it('understands what it is refused with', async () => {
    await serve(false);
    const forms: [string[], string, string][] = [
      [
        ['-c', 'si', url, kannelFile('si.txt'), await writeControl(folder, { addresses: ['0408201681'] })],
        'push response',
        '2002',
      ],
      // An additional header costs it the empty line behind the headers.
      [
        ['-c', 'si', '-S', 'A: b', url, kannelFile('si.txt'), kannelFile('smstestppg.txt')],
        'push response',
        '2000',
      ],
      [['-c', 'nil', url, kannelFile('si.txt'), kannelFile('smstestppg.txt')], 'push response', '2000'],
      [['-c', 'si', url, kannelFile('si.txt'), kannelFile('si.txt')], 'bad message response', '2000'],
    ];
    for (const [args, type, code] of forms) {
      const { output, answer } = await runTestPpg(...args);
      expect(output).toContain(`and type ${type}`);
      expect(answer).toContain(`code="${code}"`);
    }
    expect(service.taken).toEqual([]);
  });

  it('submits an id once', async () => {
    await serve(false);
    const args = ['-c', 'si', url, kannelFile('si.txt'), kannelFile('smstestppg.txt')];
    expect((await runTestPpg(...args)).answer).toContain('code="1001"');
    expect((await runTestPpg(...args)).answer).toContain('code="2007"');
    expect(service.taken).toHaveLength(1);
  });
});

describe('Kannel’s push proxy gateway', () => {
  const CREDENTIALS = { user: 'grove', password: 'secret' };
  const TO: Address = { kind: 'plmn', number: '+15550100' };
  const body = Uint8Array.from({ length: 60 }, (_, index) => index * 4);
  const PUSH: Push = {
    pushId: 'first@grove',
    addresses: [TO],
    content: {
      contentType: 'application/vnd.syncml.notification',
      applicationId: DM_APPLICATION,
      headers: [],
      body,
    },
  };
  let smsc: HttpSmsc;
  let kannel: Kannel;

  beforeAll(async () => {
    smsc = await startHttpSmsc('at');
    kannel = await startKannel({
      ppg: { 'trusted-pi': false, users: 16, 'service-name': 'ppg', 'global-sender': '9999' },
      groups: [
        smsc.group,
        {
          group: 'wap-push-user',
          'wap-push-user': 'Grove',
          'ppg-username': CREDENTIALS.user,
          'ppg-password': CREDENTIALS.password,
          'allow-ip': '127.0.0.1',
          'default-smsc': 'at',
        },
      ],
    });
  });
  afterAll(async () => {
    await kannel?.stop();
    await smsc?.close();
  });

  function initiator(options: Partial<InitiatorOptions> = {}) {
    const opened = pushInitiator({
      url: kannel.ppgUrl,
      credentials: CREDENTIALS,
      gateway: 'ppg.example',
      ...options,
    });
    onTestFinished(() => opened.close());
    return opened;
  }

  it.each(['1.0', '2.0', '2.1'] as const)(
    'takes a notification in PAP %s, and sends it to port 2948',
    async (version) => {
      const outcome = await initiator({ version }).submit({ ...PUSH, pushId: `${version}@grove` });
      expect(outcome).toMatchObject({ kind: 'accepted', code: 1001 });
      const { to, from, messages, port, push } = await smsc.next();
      expect({ to, from, messages, port }).toEqual({ to: TO.number, from: '9999', messages: 1, port: 2948 });
      expect(push.content).toMatchObject({
        contentType: 'application/vnd.syncml.notification',
        applicationId: DM_APPLICATION,
      });
      expect(new Uint8Array(push.content.body)).toEqual(body);
    },
  );

  it('takes binary content of several short messages, and quality of service', async () => {
    const long = Uint8Array.from({ length: 500 }, (_, index) => index);
    const outcome = await initiator().submit({
      ...PUSH,
      pushId: 'long@grove',
      content: { ...PUSH.content, body: long },
      deliverBefore: Date.UTC(2040, 0, 1),
      quality: {
        priority: 'high',
        deliveryMethod: 'unconfirmed',
        bearer: 'SMS',
        bearerRequired: true,
        network: 'GSM',
        networkRequired: true,
      },
    });
    expect(outcome).toMatchObject({ kind: 'accepted' });
    const { messages, push } = await smsc.next();
    expect(messages).toBeGreaterThan(3);
    expect(new Uint8Array(push.content.body)).toEqual(long);
  });

  it.each<[string, Partial<Push>, number]>([
    ['a user, whom it does not look up', { addresses: [{ kind: 'user', user: 'john@example.com' }] }, 2000],
    ['a bearer that it has not', { quality: { bearer: 'SIP', bearerRequired: true } }, 2000],
    ['a push whose time is over', { deliverBefore: 1_000_000_000_000 }, 2001],
  ])('refuses %s', async (what, push, code) => {
    const outcome = await initiator().submit({ ...PUSH, pushId: what, ...push });
    expect(outcome).toMatchObject({ kind: 'refused', code, temporary: false });
  });

  it('has no cancel and no status query', async () => {
    const pi = initiator();
    expect(await pi.cancel(PUSH.pushId)).toMatchObject({ kind: 'refused', code: 2000 });
    expect(await pi.statusQuery(PUSH.pushId)).toMatchObject({ kind: 'refused', code: 2000 });
  });

  // The last one: a wrong password makes Kannel refuse the right one, too, for a while.
  it('refuses strangers and wrong passwords', async () => {
    for (const credentials of [
      undefined,
      { user: 'nobody', password: 'x' },
      { ...CREDENTIALS, password: 'x' },
    ]) {
      const outcome = await initiator({ credentials }).submit({ ...PUSH, pushId: 'stranger@grove' });
      expect(outcome).toMatchObject({
        kind: 'refused',
        code: 2001,
        text: expect.stringMatching(/HTTP 40[13]/),
      });
    }
  });
});
