import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { connect } from 'node:net';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import type { ReceivedPush, Receiver, ReceiverMeans } from '../../bearer/index.ts';
import { hashOf } from '../content/index.ts';
import { grantOf, ScriptedCore } from '../core.testing.ts';
import { type Header, headerOf, type SipRequest } from '../message/index.ts';
import { SIP_RECEIVER } from './index.ts';

let core: ScriptedCore;
let receiver: Receiver | undefined;
let pushes: ReceivedPush[];
let log: string[];

beforeEach(async () => {
  core = await ScriptedCore.open();
  pushes = [];
  log = [];
});
afterEach(async () => {
  await receiver?.close();
  receiver = undefined;
  await core.close();
});

/** Opens a terminal; resolves once its health is as wanted. */
async function open(query = '', means: Partial<ReceiverMeans> = {}, wanted = 'up'): Promise<Receiver> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const opened = await SIP_RECEIVER.open(
    `sip://phone:secret@grove.test?proxy=127.0.0.1:${core.port}${query}`,
    {
      now: Date.now,
      random: randomBytes,
      onPush: async (push) => {
        pushes.push(push);
      },
      onHealth: () => {
        if (receiver?.health().state === wanted) resolve();
      },
      log: (text) => log.push(text),
      ...means,
    },
  );
  receiver = opened;
  if (opened.health().state !== wanted) await promise;
  return opened;
}

const CONTENT: Header = ['content-type', 'application/vnd.syncml.notification'];
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('registration', () => {
  test('says which applications the terminal has, and ends with the terminal', async () => {
    const opened = await open(
      '&application=syncml.dm&application=ulp.ua&instance=urn:gsma:imei:90420156-025763-0',
    );
    const [register] = core.requests;
    expect(register).toMatchObject({ method: 'REGISTER', uri: 'sip:grove.test' });
    const contact = register && headerOf(register, 'contact');
    expect(contact).toMatch(/^<sip:phone@127\.0\.0\.1:[0-9]+>/);
    expect(contact).toContain(';+g.oma.pusheventapp="syncml.dm,ulp.ua"');
    expect(contact).toContain(';+sip.instance="<urn:gsma:imei:90420156-025763-0>"');
    expect(contact).toContain(';expires=600');
    expect(opened.address).toBe('sip:phone@grove.test');
    const farewell = core.nextRequest('REGISTER');
    await opened.close();
    expect(headerOf(await farewell, 'contact')).toContain('expires=0');
  });

  test('is longer where the registrar wants it, and refreshed in time', async () => {
    core.scripts.REGISTER = (request, turn) =>
      turn === 0
        ? { status: 423, headers: [['min-expires', '1800']] }
        : { status: 200, headers: grantOf(request, turn === 1 ? 1 : 600) };
    await open();
    const [, second] = core.requests;
    expect(second && headerOf(second, 'expires')).toBe('1800');
    await core.nextRequest('REGISTER');
    expect(new Set(core.requests.map((request) => headerOf(request, 'call-id'))).size).toBe(1);
  });

  test('proves the password when asked, once', async () => {
    const challenge: Header = ['www-authenticate', 'Digest realm="grove.test", nonce="n", qop="auth"'];
    core.scripts.REGISTER = () => ({ status: 401, reason: 'Unauthorized', headers: [challenge] });
    const opened = await open('', {}, 'down');
    expect(opened.health().text).toBe('the SIP core refuses the registration with 401 Unauthorized');
    expect(
      core.requests.map((request) => headerOf(request, 'authorization')?.includes('username="phone"')),
    ).toEqual([undefined, true]);
  });

  test('does not trust a core that accepts anything, where it is to prove itself', async () => {
    const opened = await open('&mutual=yes', {}, 'down');
    expect(opened.health().text).toContain('without proving that it knows the password');
    expect(await core.exchange(core.request('MESSAGE', [CONTENT]))).toMatchObject({ status: 403 });
    expect(pushes).toEqual([]);
  });

  test('goes on trying where no core answers', async () => {
    core.scripts.REGISTER = () => undefined;
    const opened = await open('&t1=20', {}, 'down');
    expect(opened.health().text).toContain('did not respond within 1.28 s');
    expect(core.requests.length).toBeGreaterThan(3);
    core.scripts.REGISTER = (request) => ({ status: 200, headers: grantOf(request) });
    await core.nextRequest('REGISTER');
  });
});

describe('a push', () => {
  test('is handed on with its application, and acknowledged once it is stored', async () => {
    const { promise: stored, resolve: store } = Promise.withResolvers<void>();
    await open('', {
      onPush: async (push) => {
        pushes.push(push);
        await stored;
      },
    });
    const headers: Header[] = [
      ['p-asserted-identity', '"Operator" <sip:operator@grove.test>'],
      ['accept-contact', '*;+g.oma.pusheventapp="syncml.dm"'],
      CONTENT,
      ['x-wap-initiator-uri', 'http://dm.example.net'],
    ];
    const message = core.request('MESSAGE', headers, bytes('notification'));
    const response = core.exchange(message);
    const again = core.exchange(message);
    const early = await Promise.race([
      response,
      new Promise((resolve) => setImmediate(resolve, 'nothing yet')),
    ]);
    expect(early).toBe('nothing yet');
    store();
    expect(await response).toMatchObject({ status: 200, reason: 'OK' });
    await again;
    expect(await core.exchange(message)).toEqual(await response);
    expect(pushes).toEqual([
      {
        bearer: 'sip',
        from: 'sip:operator@grove.test',
        to: 'sip:phone@grove.test',
        applicationId: 'x-wap-application:syncml.dm',
        contentType: 'application/vnd.syncml.notification',
        headers: [['x-wap-initiator-uri', 'http://dm.example.net']],
        body: bytes('notification'),
      },
    ]);
  });

  test('that a gateway sends anew is acknowledged, but not handed on again', async () => {
    await open();
    const text = new TextDecoder().decode(core.request('MESSAGE', [CONTENT], bytes('same')));
    expect(await core.exchange(bytes(text))).toMatchObject({ status: 200 });
    const anew = text.replace(/branch=\S+?;/, 'branch=z9hG4bK-anew;').replace('CSeq: 1', 'CSeq: 2');
    expect(await core.exchange(bytes(anew))).toMatchObject({ status: 200 });
    expect(pushes).toHaveLength(1);
  });

  test('that could not be stored is refused for now', async () => {
    let attempts = 0;
    await open('', {
      onPush: async () => {
        attempts++;
        if (attempts === 1) throw new Error('the disk is full');
      },
    });
    const text = new TextDecoder().decode(core.request('MESSAGE', [CONTENT], bytes('same')));
    const refusal = await core.exchange(bytes(text));
    expect(refusal.status).toBe(480);
    expect(headerOf(refusal, 'retry-after')).toBe('5');
    expect(log).toContain('A push could not be kept: the disk is full.');
    expect(await core.exchange(bytes(text.replace('z9hG4bK', 'z9hG4bK-anew')))).toMatchObject({
      status: 200,
    });
    expect(attempts).toBe(2);
  });

  test('that does not come from the core is refused', async () => {
    await open();
    const stranger = createSocket('udp4');
    stranger.bind(0, '127.0.0.1');
    await once(stranger, 'listening');
    try {
      // Without rport the response goes where the Via says: to the core, where this test listens.
      const spoofed = new TextDecoder()
        .decode(core.request('MESSAGE', [CONTENT], bytes('x')))
        .replace(';rport', '');
      expect(await core.exchange(bytes(spoofed), { socket: stranger })).toMatchObject({ status: 403 });
      expect(pushes).toEqual([]);
      expect(log.at(-1)).toContain('does not come from the SIP core');
    } finally {
      stranger.close();
    }
  });

  test('comes over a connection as well', async () => {
    await open();
    const [register] = core.requests;
    const port = Number(/127\.0\.0\.1:([0-9]+)/.exec(headerOf(register as SipRequest, 'contact') ?? '')?.[1]);
    const socket = connect(port, '127.0.0.1');
    try {
      socket.write(core.request('MESSAGE', [CONTENT], new Uint8Array(5000)));
      const [answer] = await once(socket, 'data');
      expect(String(answer)).toMatch(/^SIP\/2\.0 200 OK\r\n/);
      expect(pushes[0]?.body).toHaveLength(5000);
      socket.write('\r\n\r\n');
      expect(String((await once(socket, 'data'))[0])).toBe('\r\n');
      socket.write('this is not SIP\r\n\r\n');
      await once(socket, 'close');
    } finally {
      socket.destroy();
    }
  });
});

describe('content that is elsewhere', () => {
  const CONTENTS: Record<string, RequestListener> = {
    '/good': (_, response) => response.end('large content'),
    '/moved': (_, response) => response.writeHead(302, { location: '/good' }).end(),
    '/endless': (_, response) => {
      const part = Buffer.alloc(65_536);
      const more = (error?: Error | null): void => {
        if (!error) response.write(part, more);
      };
      more();
    },
  };

  async function indirect(path: string, parameters = ''): Promise<number> {
    const server = createServer((request, response) => {
      const serve = CONTENTS[request.url ?? ''];
      if (serve) void serve(request, response);
      else response.writeHead(404).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const address = server.address();
      const port = typeof address === 'object' && address ? address.port : 0;
      const url = path.startsWith('/') ? `http://127.0.0.1:${port}${path}` : path;
      const type = `message/external-body; access-type=URL; URL="${url}"${parameters}`;
      const inner = bytes('Content-Type: application/vnd.oma.dd+xml\r\nContent-ID: <1@a>\r\n\r\n');
      return (await core.exchange(core.request('MESSAGE', [['content-type', type]], inner))).status;
    } finally {
      server.closeAllConnections();
      server.close();
    }
  }

  test('is fetched and handed on as what it is', async () => {
    await open();
    expect(await indirect('/good', `; size=13; hash=${hashOf(bytes('large content'))}`)).toBe(200);
    expect(pushes).toMatchObject([
      {
        contentType: 'application/vnd.oma.dd+xml',
        headers: [['content-id', '<1@a>']],
        body: bytes('large content'),
      },
    ]);
  });

  test.each([
    ['/absent', '', 480, '404'],
    ['/moved', '', 480, 'redirect'],
    ['/good', '; size=14', 480, '13 octets came instead of 14'],
    ['/good', '; hash=00', 480, 'by its hash'],
    ['/good', '; size=999999999', 413, 'larger than 1048576'],
    ['/endless', '', 413, 'larger than 1048576'],
    ['/good', '; expiration="Mon, 24 June 2002 09:00:00 GMT"', 400, 'expired'],
    ['file:///etc/passwd', '', 415, 'neither http nor https'],
    ['http://127.0.0.1:1/', '', 480, '127.0.0.1:1'],
  ])('%s%s is refused with %i', async (path, parameters, status, text) => {
    await open();
    expect(await indirect(path, parameters)).toBe(status);
    expect(log.at(-1)).toContain(text);
    expect(pushes).toEqual([]);
  });

  test('is fetched for a few messages at the same time', async () => {
    const { promise: all, resolve } = Promise.withResolvers<void>();
    await open('', {
      onPush: async (push) => {
        if (pushes.push(push) === 16) resolve();
      },
    });
    const { promise: asked, resolve: release } = Promise.withResolvers<void>();
    const server = createServer((_, response) => void asked.then(() => response.end('late'))).listen(
      0,
      '127.0.0.1',
    );
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const type = `message/external-body; access-type=URL; URL="http://127.0.0.1:${port}/"`;
    const ask = () =>
      core.exchange(core.request('MESSAGE', [['content-type', type]], bytes('Content-Type: a/b\r\n\r\n')));
    const [first] = await Promise.all(Array.from({ length: 17 }, ask));
    expect(first?.status).toBe(480);
    expect(log.at(-1)).toContain('16 contents are being fetched already');
    release();
    await all;
  });
});

describe('other requests', () => {
  const TYPE: Header = ['content-type', 'text/plain'];

  test.each([
    ['OPTIONS', [], 200],
    ['INVITE', [], 405],
    ['CANCEL', [], 481],
    ['BREW', [], 501],
    ['MESSAGE', [], 415],
    ['MESSAGE', [['content-type', 'text']], 400],
    ['MESSAGE', [TYPE, ['content-encoding', 'gzip']], 415],
    ['MESSAGE', [TYPE, ['require', 'teleportation']], 420],
    ['MESSAGE', [['content-type', 'message/external-body; access-type=anon-ftp']], 415],
    ['MESSAGE', [['content-type', 'message/external-body; access-type=URL; URL="http://127.0.0.1/"']], 400],
  ] as [string, Header[], number][])('%s %j gets %i', async (method, headers, status) => {
    await open();
    const response = await core.exchange(core.request(method, headers));
    expect(response.status).toBe(status);
    expect(headerOf(response, 'to')).toMatch(/;tag=./);
    if (status === 405 || status === 501) expect(headerOf(response, 'allow')).toBe('MESSAGE, OPTIONS');
    if (status === 420) expect(headerOf(response, 'unsupported')).toBe('teleportation');
  });

  test.each([
    ['SIP/2.0\r\n', 'SIP/3.0\r\n', 505],
    ['CSeq: 1 MESSAGE', 'CSeq: one MESSAGE', 400],
    ['MESSAGE sip:phone', 'MESSAGE tel:phone', 416],
    ['To: <sip:phone@grove.test>', 'To: <sip:phone@grove.test>;tag=unknown', 481],
    ['Content-Length: 1', 'Content-Length: 99', 400],
  ])('%s as %s gets %i', async (right, wrong, status) => {
    await open();
    const text = new TextDecoder().decode(core.request('MESSAGE', [TYPE], bytes('x')));
    expect(text).toContain(right);
    expect(await core.exchange(bytes(text.replace(right, wrong)))).toMatchObject({ status });
    expect(pushes).toEqual([]);
  });

  test('what no response could find back from is dropped', async () => {
    await open();
    for (const hostile of [
      '',
      '\r\n\r\n',
      '\0\0\0\0',
      'GET / HTTP/1.1\r\n\r\n',
      'MESSAGE sip:a SIP/2.0\r\nVia: x\r\n\r\n',
    ])
      void core.exchange(bytes(hostile)).catch(() => undefined);
    expect(await core.exchange(core.request('OPTIONS'))).toMatchObject({ status: 200 });
  });
});

describe('damaged requests', () => {
  /** A valid MESSAGE with some octets changed, left out or doubled. */
  const damage = fc.array(fc.tuple(fc.nat(), fc.constantFrom('change', 'drop', 'double'), fc.nat(255)), {
    minLength: 1,
    maxLength: 8,
  });
  const damaged = (changes: [number, string, number][]): Uint8Array => {
    const headers: Header[] = [
      ['p-asserted-identity', '"Operator" <sip:operator@grove.test>'],
      ['accept-contact', '*;+g.oma.pusheventapp="syncml.dm"'],
      ['content-type', 'message/external-body; access-type=URL; URL="ftp://x"'],
    ];
    const octets = [...core.request('MESSAGE', headers, bytes('Content-Type: a/b\r\n\r\n'))];
    for (const [at, kind, value] of changes) {
      const index = at % octets.length;
      if (kind === 'change') octets[index] = value;
      else octets.splice(index, 1, ...(kind === 'double' ? [octets[index] ?? 0, octets[index] ?? 0] : []));
    }
    return Uint8Array.from(octets);
  };

  test('leave the terminal in service, by UDP and on connections', async () => {
    await open();
    const socket = createSocket('udp4');
    try {
      for (const changes of fc.sample(damage, 500)) {
        const octets = damaged(changes);
        socket.send(octets, core.terminal, '127.0.0.1');
        if (octets.length % 10 === 0)
          connect(core.terminal, '127.0.0.1')
            .on('error', () => {})
            .end(octets);
      }
      expect(await core.exchange(core.request('OPTIONS'))).toMatchObject({ status: 200 });
      expect(pushes).toEqual([]);
    } finally {
      socket.close();
    }
  });
});

test('strangers without end do not keep out the core', async () => {
  await open();
  const stranger = createSocket('udp4');
  stranger.bind(0, '127.0.0.1');
  await once(stranger, 'listening');
  try {
    const port = stranger.address().port;
    const statuses: string[] = [];
    for (let turn = 0; turn < 1100; turn++) {
      const answer = once(stranger, 'message');
      stranger.send(core.request('OPTIONS', [], bytes(''), port), core.terminal, '127.0.0.1');
      statuses.push(String((await answer)[0]).slice(8, 11));
    }
    expect(statuses.lastIndexOf('200')).toBe(1023);
    expect(statuses.at(-1)).toBe('503');
    expect(await core.exchange(core.request('OPTIONS'))).toMatchObject({ status: 200 });
  } finally {
    stranger.close();
  }
});

test.each([
  ['sip:phone@grove.test', 'is written'],
  ['sip://grove.test', 'is written'],
  ['sip://phone@grove.test?colour=red', '"colour" is none of'],
  ['sip://phone@grove.test?transport=sctp', 'expected udp or tcp or tls'],
  ['sips://phone@grove.test?transport=udp', 'expected tls'],
  ['sip://phone@grove.test?expires=never', 'expected a number from 1'],
  ['sip://phone@grove.test?listen=:', 'is not a host with a port'],
  ['sip://%E0@grove.test', 'percent-encoded'],
  ['sips://phone@grove.test?ca=/nowhere', '/nowhere'],
])('%s is no terminal: %s', async (url, text) => {
  const means = {
    now: Date.now,
    random: randomBytes,
    onPush: async () => {},
    onHealth: () => {},
    log: () => {},
  };
  await expect(SIP_RECEIVER.open(url, means)).rejects.toThrow(text);
});
