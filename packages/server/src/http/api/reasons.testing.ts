import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { type Client, openClient } from './client.testing.ts';

const template = {
  operator: 'Arbor Mobile',
  variables: [{ name: 'day' }],
  texts: [
    {
      language: 'en',
      text: `\${operator} sets up MMS on \${device.mod|your phone} on \${day}.`,
      consequence: 'Without it you cannot send pictures.',
    },
    { language: 'de', text: `MMS wird am \${day} eingerichtet.` },
  ],
};

/** Reasons, on whatever database. */
export function reasonSuite(url: () => Promise<string>): void {
  let client: Client;
  beforeAll(async () => {
    client = await openClient(await url());
  });
  afterAll(() => client.close());
  beforeEach(async () => {
    await client.store.transaction(async (db) => {
      await db.deleteFrom('devices').execute();
      await db.deleteFrom('reasons').execute();
    });
    expect((await client.call('PUT', '/reasons/mms', template)).status).toBe(201);
  });

  it('keeps, lists, shows and deletes them', async () => {
    client.clock.now += 1000;
    const changed = { ...template, operator: 'Other' };
    const { status, body } = await client.call<{ createdAt: string; updatedAt: string }>(
      'PUT',
      '/reasons/mms',
      changed,
    );
    expect([status, Date.parse(body.updatedAt) - Date.parse(body.createdAt)]).toEqual([200, 1000]);
    await client.call('PUT', '/reasons/apn', template);
    const list = await client.call<{ items: { name: string }[]; next: string }>('GET', '/reasons?limit=1');
    expect(list.body).toMatchObject({ items: [{ name: 'apn', languages: ['en', 'de'] }], next: 'apn' });
    const rest = await client.call('GET', '/reasons?limit=1&after=apn');
    expect(rest.body).toMatchObject({ items: [{ name: 'mms' }], next: null });
    expect((await client.call('GET', '/reasons/mms')).body).toMatchObject({ template: changed });
    expect((await client.call('DELETE', '/reasons/mms')).status).toBe(204);
    for (const [method, path, sent] of [
      ['GET', '/reasons/mms', undefined],
      ['DELETE', '/reasons/mms', undefined],
      ['POST', '/reasons/mms/preview', {}],
    ] as const)
      expect((await client.call(method, path, sent)).status).toBe(404);
  });

  it('shows what the user of a device will be told, and what it takes', async () => {
    const { body: device } = await client.call<{ id: number }>('POST', '/devices', {
      devId: 'IMEI:1',
      account: { serverId: 'com.example.dm', client: { auth: 'none' } },
      addresses: { msisdn: '+441632960001' },
    });
    const preview = async (body: object) =>
      (
        await client.call<Record<string, unknown>>('POST', '/reasons/mms/preview', {
          values: { day: 'Monday' },
          ...body,
        })
      ).body;
    expect(await preview({ device: '+441632960001' })).toEqual({
      language: 'en',
      operator: 'Arbor Mobile',
      text: 'Arbor Mobile sets up MMS on your phone on Monday.',
      consequence: 'Without it you cannot send pictures.',
      legalNotice: null,
      bytes: { text: 49, consequence: 36, legalNotice: 0 },
      // 16 digest, 6 head, 14 ServerID; of the reason 4 before its fields, 3 before each, 2 language and 4 time.
      notification: { bytes: 16 + 8 + 14 + 4 + 4 * 3 + 2 + 49 + 36 + 4, messages: 2 },
    });
    await client.store.transaction((db) =>
      db.updateTable('devices').set({ lang: 'de-AT', mod: 'Birch 2' }).where('id', '=', device.id).execute(),
    );
    expect(await preview({ device: 'IMEI:1' })).toMatchObject({
      language: 'de',
      text: 'MMS wird am Monday eingerichtet.',
      notification: { messages: 1 },
    });
    expect(await preview({ device: 'IMEI:1', language: 'en-GB' })).toMatchObject({
      text: 'Arbor Mobile sets up MMS on Birch 2 on Monday.',
    });
    expect(await preview({ format: '1.3' })).toMatchObject({ language: 'en', notification: { messages: 2 } });
  });

  it.each([
    ['PUT', '/reasons/x', { texts: [] }, 'texts', /1 to 100/],
    [
      'PUT',
      '/reasons/x',
      { texts: [{ language: 'english language', text: 'x' }] },
      'texts/0/language',
      /BCP 47/,
    ],
    ['PUT', '/reasons/x', { texts: [{ language: 'en', text: `\${x}` }] }, 'texts/0/text', /not "x"/],
    ['POST', '/reasons/mms/preview', {}, 'values/day', /a value/],
    ['POST', '/reasons/mms/preview', { values: { day: 1 } }, 'values/day', /text/],
    ['POST', '/reasons/mms/preview', { values: { day: 'x', Day: 'x' } }, 'values/Day', /only day/],
  ])('refuses %s %s %j', async (method, path, sent, field, expected) => {
    const { status, body } = await client.call<{ errors: { field: string; expected: string }[] }>(
      method,
      path,
      sent,
    );
    expect(status).toBe(400);
    expect(body.errors.find((one) => one.field === field)?.expected, JSON.stringify(body)).toMatch(expected);
  });
}
