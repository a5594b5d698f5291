// The whole way over SMS: a campaign with a reason, PAP, the gateway, an SMS centre, the phone, its user, the session.
import { startSmsc } from '@grove/push';
import { onTestFinished, test, vi } from 'vitest';
import {
  campaignAccepted,
  campaignRefused,
  type NotifiedPhone,
  openNotifiedPhone,
} from '../rig/notified-phone.testing.ts';

vi.setConfig({ testTimeout: 30_000 });

async function open(): Promise<NotifiedPhone> {
  const { port, close } = await startSmsc({ port: 0, now: Date.now });
  onTestFinished(() => close());
  const number = '+441632960001';
  return openNotifiedPhone({
    bearer: { kind: 'sms', host: '127.0.0.1', port, systemId: 'grove', password: 'secret' },
    push: `smpp://phone:secret@127.0.0.1:${port}?number=${encodeURIComponent(number)}`,
    addresses: { msisdn: number },
  });
}

test('a user who is told why accepts, and has the new settings', async () =>
  campaignAccepted(await open(), 'sms'));

test('a user refuses, and the operator sees it', async () => campaignRefused(await open()));
