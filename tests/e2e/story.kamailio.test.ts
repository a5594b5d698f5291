// The same over SIP, through Kamailio, where both the gateway and the phone prove who they are.
import { onTestFinished, test, vi } from 'vitest';
import { DOMAIN, startKamailio } from '../rig/kamailio.testing.ts';
import {
  campaignAccepted,
  campaignRefused,
  type NotifiedPhone,
  openNotifiedPhone,
} from '../rig/notified-phone.testing.ts';

vi.setConfig({ testTimeout: 30_000 });

async function open(): Promise<NotifiedPhone> {
  const core = await startKamailio({ users: { phone: 'p', gateway: 'g' } });
  onTestFinished(() => core.close());
  return openNotifiedPhone({
    bearer: {
      kind: 'sip',
      proxy: `sip:127.0.0.1:${core.port}`,
      identity: `sip:gateway@${DOMAIN}`,
      password: 'g',
    },
    push: `sip://phone:p@${DOMAIN}?proxy=127.0.0.1:${core.port}`,
    addresses: { sip: `sip:phone@${DOMAIN}` },
  });
}

test('a user who is told why accepts, and has the new settings', async () =>
  campaignAccepted(await open(), 'sip'));

test('a user refuses, and the operator sees it', async () => campaignRefused(await open()));
