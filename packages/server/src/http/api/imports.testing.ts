import type { Readable } from 'node:stream';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Client, openClient } from './client.testing.ts';

/** How imports are asked for and answered, on whatever database. */
export function importApiSuite(url: () => Promise<string>): void {
  let client: Client;
  beforeAll(async () => {
    client = await openClient(await url());
  });
  afterAll(() => client.close());

  const send = (payload: string | Readable, type = 'application/x-ndjson', query = '') =>
    client.api.inject({
      method: 'POST',
      url: `/api/v1/devices/import${query}`,
      headers: { authorization: `Bearer ${client.token}`, 'content-type': type },
      payload,
    });
  const line = (devId: string, more: object = {}) =>
    JSON.stringify({ devId, account: { client: { auth: 'none' } }, ...more });

  it('tells what came of the lines, as the description says', async () => {
    const answer = await send([line('IMEI:1'), '{', line('IMEI:1', { mod: 'X' })].join('\n'));
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toEqual({
      lines: 3,
      registered: 1,
      updated: 0,
      kept: 1,
      failed: 1,
      errors: [{ line: 2, errors: [{ field: 'line', expected: 'a JSON object in UTF-8' }] }],
    });
    const updated = await send(line('IMEI:1', { mod: 'X' }), 'application/jsonl', '?existing=update');
    expect(updated.json()).toMatchObject({ registered: 0, updated: 1 });
    expect((await client.call('GET', '/devices/IMEI:1')).body).toMatchObject({ mod: 'X' });
    expect((await send('')).json()).toMatchObject({ lines: 0, failed: 0 });
  });

  it('shows nobody what is secret in a line that is wrong', async () => {
    const account = { client: { auth: 'basic', user: 'a:b', password: 'very secret' } };
    const answer = await send(JSON.stringify({ devId: 'IMEI:2', account }));
    expect(answer.json()).toMatchObject({ failed: 1 });
    expect(answer.body).not.toContain('very secret');
    expect(answer.body).not.toContain('a:b');
  });

  it('refuses what is no lines of JSON, and other policies', async () => {
    expect((await send('{}', 'application/json')).statusCode).toBe(415);
    expect((await send(line('IMEI:3'), undefined, '?existing=replace')).statusCode).toBe(400);
    expect((await client.call('GET', '/devices/IMEI:3')).status).toBe(404);
  });
}
