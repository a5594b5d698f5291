import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Client, openClient } from '../client.testing.ts';

interface WebhookBody {
  id: number;
  secret?: string;
  state: string;
  types: string[] | null;
  errors: { field: string }[];
}
interface DeliveryBody {
  id: number;
  messageId: string;
  type: string;
  state: string;
  body: { type: string };
}

/** Webhooks in the API, on whatever database. */
export function webhookApiSuite(url: () => Promise<string>): void {
  let client: Client;
  beforeAll(async () => {
    client = await openClient(await url());
  });
  afterAll(() => client.close());

  it('keeps an address, shows its secret once, and posts what it is asked to', async () => {
    const made = await client.call<WebhookBody>('POST', '/webhooks', {
      url: 'https://crm.example.com/grove',
      types: ['care'],
    });
    expect(made.status).toBe(201);
    expect(made.body.secret).toMatch(/^whsec_/);
    const path = `/webhooks/${made.body.id}`;
    expect((await client.call<WebhookBody>('GET', path)).body.secret).toBeUndefined();
    expect((await client.call<WebhookBody>('PATCH', path, { types: null })).body.types).toBeNull();
    const rotated = await client.call<WebhookBody>('POST', `${path}/rotate`, {});
    expect(rotated.body.secret).not.toBe(made.body.secret);
    expect((await client.call<WebhookBody>('POST', `${path}/disable`)).body.state).toBe('disabled');
    expect((await client.call<WebhookBody>('POST', `${path}/enable`)).body.state).toBe('enabled');
    const ping = await client.call<DeliveryBody>('POST', `${path}/ping`);
    expect(ping).toMatchObject({ status: 202, body: { type: 'webhook.ping', state: 'pending' } });
    const shown = await client.call<DeliveryBody>('GET', `${path}/deliveries/${ping.body.id}`);
    expect(shown.body.body).toMatchObject({ type: 'webhook.ping', data: { webhook: made.body.id } });
    const again = await client.call<DeliveryBody>('POST', `${path}/deliveries/${ping.body.id}/resend`);
    expect(again.body.messageId).toBe(ping.body.messageId);
    const failed = { since: '2026-01-01T00:00:00Z' };
    expect((await client.call('POST', `${path}/resend`, failed)).body).toEqual({ resent: 0 });
    expect((await client.call('POST', `${path}/resend`, { since: 'yesterday' })).status).toBe(400);
    const list = await client.call<{ items: DeliveryBody[] }>('GET', `${path}/deliveries?state=pending`);
    expect(list.body.items).toHaveLength(1);
    expect((await client.call('DELETE', path)).status).toBe(204);
    expect((await client.call('GET', `${path}/deliveries`)).status).toBe(404);
  });

  it.each([
    [{ url: 'http://10.0.0.1/' }, 'url'],
    [{ url: 'https://example.com/', types: ['x'] }, 'types/0'],
    [{ url: 'https://example.com/', secret: 'whsec_short' }, 'secret'],
  ])('refuses %j for its %s', async (body, field) => {
    const answer = await client.call<WebhookBody>('POST', '/webhooks', body);
    expect(answer.status).toBe(400);
    expect(answer.body.errors[0]?.field).toBe(field);
  });
}
