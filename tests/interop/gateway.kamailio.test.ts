/** From PAP through Grove's push proxy gateway and Kamailio to a phone, which may come later. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openGateway } from '@grove/gateway';
import { DM_APPLICATION, type Push, pushInitiator } from '@grove/push';
import { afterEach, expect, test } from 'vitest';
import { DOMAIN, startKamailio } from '../rig/kamailio.testing.ts';
import { openSipPhone } from '../rig/sip.testing.ts';

const opened: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close();
});

function keep<One extends { close(): unknown }>(one: One): One {
  opened.push(one);
  return one;
}

async function start() {
  const folder = await mkdtemp(join(tmpdir(), 'grove-gateway-'));
  keep({ close: () => rm(folder, { recursive: true }) });
  const core = keep(await startKamailio({ users: { phone: 'p', gateway: 'g' } }));
  const gateway = keep(
    await openGateway({
      db: `sqlite:${join(folder, 'gateway.db')}`,
      config: {
        listen: { port: 0 },
        clients: [{ name: 'pi', password: 'secret' }],
        bearers: [
          {
            kind: 'sip',
            proxy: `sip:127.0.0.1:${core.port}`,
            identity: `sip:gateway@${DOMAIN}`,
            password: 'g',
            retry: { first: 0.2, longest: 0.2, attempts: 100 },
            indirection: { host: '127.0.0.1', port: 0 },
          },
        ],
      },
      times: { poll: 20 },
    }),
  );
  const { papUrl } = await gateway.listen();
  const pi = keep(pushInitiator({ url: papUrl, credentials: { user: 'pi', password: 'secret' } }));
  return { core, pi };
}

function pushTo(user: string, pushId: string, body: Uint8Array): Push {
  return {
    pushId,
    addresses: [{ kind: 'sip', uri: `sip:${user}@${DOMAIN}` }],
    content: {
      contentType: 'application/vnd.syncml.notification',
      applicationId: DM_APPLICATION,
      headers: [],
      body,
    },
    quality: { bearer: 'SIP' },
  };
}

test('a push waits for a phone that registers later', async () => {
  const { core, pi } = await start();
  const small = new TextEncoder().encode('a notification');
  const large = new Uint8Array(5000).fill(7);
  expect(await pi.submit(pushTo('phone', '1@pi', small))).toMatchObject({ kind: 'accepted' });
  await expect
    .poll(() => pi.statusQuery('1@pi'))
    .toMatchObject({ results: [{ state: 'pending', desc: expect.stringContaining('480') }] });
  expect(await pi.submit(pushTo('phone', '2@pi', large))).toMatchObject({ kind: 'accepted' });

  const phone = keep(await openSipPhone(`sip://phone:p@${DOMAIN}?proxy=127.0.0.1:${core.port}`));
  for (const pushId of ['1@pi', '2@pi'])
    await expect
      .poll(() => pi.statusQuery(pushId), { timeout: 5000 })
      .toMatchObject({
        results: [{ state: 'delivered' }],
      });
  expect(phone.pushes.map(({ body }) => body).toSorted((a, b) => a.length - b.length)).toEqual([
    small,
    large,
  ]);
}, 15_000);

test('a push for nobody fails, and says so', async () => {
  const { pi } = await start();
  await pi.submit(pushTo('nobody', '3@pi', new Uint8Array(1)));
  await expect
    .poll(() => pi.statusQuery('3@pi'))
    .toMatchObject({ results: [{ state: 'undeliverable', desc: expect.stringContaining('no such user') }] });
});
