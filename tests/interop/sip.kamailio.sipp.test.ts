/** SIPp as a terminal and as a sender that others made, with Kamailio between. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { DOMAIN, type Kamailio, startKamailio } from '../rig/kamailio.testing.ts';
import { openSipBearer, openSipPhone, shipmentTo } from '../rig/sip.testing.ts';
import { respond, type Sipp, send, startSipp } from '../rig/sipp.testing.ts';

const opened: { close(): Promise<void> }[] = [];
let core: Kamailio;

beforeEach(async () => {
  core = await startKamailio({ users: { phone: 'p', gateway: 'g' } });
  opened.push(core);
});
afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close();
});

async function sipp(steps: string, user: string, password: string): Promise<Sipp> {
  const started = await startSipp(steps, { to: `127.0.0.1:${core.port}`, user, password });
  opened.push(started);
  return started;
}

/** A request, sent again with credentials when it is challenged. */
function authenticated(method: string, to: string, challenge: number, headers: string[], body = ''): string {
  const request = (sequence: number, more: string[]): string =>
    send(
      [
        `${method} sip:${method === 'REGISTER' ? DOMAIN : to} SIP/2.0`,
        'Via: SIP/2.0/UDP [local_ip]:[local_port];branch=[branch]',
        'Max-Forwards: 70',
        `From: <sip:[service]@${DOMAIN}>;tag=[call_number]`,
        `To: <sip:${to}>`,
        'Call-ID: [call_id]',
        `CSeq: ${sequence} ${method}`,
        ...headers,
        ...more,
        'Content-Length: [len]',
        '',
        body,
      ],
      'retrans="500"',
    );
  return [
    request(1, []),
    `<recv response="${challenge}" auth="true"/>`,
    request(2, ['[authentication]']),
    '<recv response="200"/>',
  ].join('\n');
}

test('a terminal of another make gets the push with its headers', async () => {
  const terminal = await startSipp(`<recv request="MESSAGE"/>${respond('200 OK')}`);
  opened.push(terminal);
  const contact = `Contact: <sip:phone@127.0.0.1:${terminal.port}>;+g.oma.pusheventapp="syncml.dm";expires=60`;
  const registering = await sipp(authenticated('REGISTER', `phone@${DOMAIN}`, 401, [contact]), 'phone', 'p');
  await registering.done;
  const bearer = await openSipBearer({
    proxy: `sip:127.0.0.1:${core.port}`,
    identity: `sip:gateway@${DOMAIN}`,
    password: 'g',
    requireFeature: true,
  });
  opened.push(bearer);
  const shipment = shipmentTo(`sip:phone@${DOMAIN}`, {
    headers: [['x-wap-initiator-uri', 'http://dm.test']],
  });
  expect(await bearer.send(shipment, new AbortController().signal)).toMatchObject({ kind: 'delivered' });
  await terminal.done;
  const got = await terminal.messages();
  expect(got).toMatch(new RegExp(`^MESSAGE sip:phone@127\\.0\\.0\\.1:${terminal.port} SIP/2\\.0`, 'm'));
  expect(got).toContain(`P-Asserted-Identity: <sip:gateway@${DOMAIN}>\r\n`);
  expect(got).toContain('Accept-Contact: *;+g.oma.pusheventapp="syncml.dm";require;explicit\r\n');
  expect(got).toContain('Content-Type: application/vnd.syncml.notification\r\n');
  expect(got).toContain('X-Wap-Initiator-Uri: http://dm.test\r\n');
  expect(got).toContain('\r\n\r\na notification');
  expect(got).not.toMatch(/P-Preferred-Identity|Proxy-Authorization/);
});

test('a push of a sender of another make reaches the phone', async () => {
  const phone = await openSipPhone(`sip://phone:p@${DOMAIN}?proxy=127.0.0.1:${core.port}`);
  opened.push(phone);
  await phone.isAt('up');
  const headers = ['a: *;+g.oma.pusheventapp="ulp.ua"', 'c: application/vnd.omaloc-supl-init', 'Expires: 60'];
  const sender = await sipp(
    authenticated('MESSAGE', `phone@${DOMAIN}`, 407, headers, 'supl'),
    'gateway',
    'g',
  );
  await sender.done;
  expect(phone.pushes).toMatchObject([
    {
      from: `sip:gateway@${DOMAIN}`,
      applicationId: 'x-wap-application:ulp.ua',
      contentType: 'application/vnd.omaloc-supl-init',
    },
  ]);
  expect(
    Buffer.from(phone.pushes[0]?.body ?? [])
      .toString()
      .trim(),
  ).toBe('supl');
});
