import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { type Client, openClient } from './client.testing.ts';

interface DeviceBody {
  id: number;
  devId: string;
  addresses: Record<string, string>;
}

const account = { client: { auth: 'none' } };
const NUMBER = '+441632960001';

/** Where devices are reached, on whatever database. */
export function addressSuite(url: () => Promise<string>): void {
  let client: Client;
  let ids: number[];
  beforeAll(async () => {
    client = await openClient(await url());
  });
  afterAll(() => client.close());
  beforeEach(async () => {
    await client.store.transaction((db) => db.deleteFrom('devices').execute());
    const { status, body } = await client.call<{ ids: number[] }>('POST', '/devices/bulk', {
      devices: [
        { devId: 'IMEI:1', account, addresses: { msisdn: '+44 1632 960001', ip: '192.0.2.1:2948' } },
        { devId: 'IMEI:2', account, addresses: { ip: '192.0.2.1:2948' } },
        { devId: 'IMEI:3', account },
      ],
    });
    expect(status).toBe(201);
    ids = body.ids;
  });
  const devices = async (query: string) => {
    const { status, body } = await client.call<{ items: DeviceBody[]; next: string | null }>(
      'GET',
      `/devices${query}`,
    );
    expect(status).toBe(200);
    return body;
  };
  const addressesOf = async (device: string | number) =>
    (await client.call<DeviceBody>('GET', `/devices/${device}`)).body.addresses;

  it('shows where devices are reached, and finds them by it', async () => {
    expect((await devices('')).items.map(({ addresses }) => addresses)).toEqual([
      { msisdn: NUMBER, ip: '192.0.2.1:2948' },
      { ip: '192.0.2.1:2948' },
      {},
    ]);
    const found = await devices('?address=%2B441632960001');
    expect(found.items.map(({ devId }) => devId)).toEqual(['IMEI:1']);
    const first = await devices('?address=192.0.2.1:2948&limit=1');
    expect(first.items.map(({ devId }) => devId)).toEqual(['IMEI:1']);
    const second = await devices(`?address=192.0.2.1:2948&limit=1&after=${first.next}`);
    expect(second).toMatchObject({ items: [{ devId: 'IMEI:2' }], next: null });
    expect((await devices('?address=nowhere')).items).toEqual([]);
    expect((await client.call('GET', '/devices?address=x&text=y')).status).toBe(400);
  });

  it('takes a number or SIP URI wherever a device is named', async () => {
    await client.call('PUT', '/devices/IMEI:3/addresses/sip', { value: 'sip:Alice@IMS.example.com' });
    for (const [name, id] of [
      [NUMBER, ids[0]],
      ['sip:Alice@ims.EXAMPLE.com', ids[2]],
    ] as const) {
      const { body } = await client.call<DeviceBody>('GET', `/devices/${encodeURIComponent(name)}`);
      expect(body.id).toBe(id);
    }
    const other = await client.call('GET', `/devices/${encodeURIComponent('+441632960002')}`);
    expect(other.status).toBe(404);
  });

  it('moves a number into the device that got it last', async () => {
    const moved = await client.call('PUT', '/devices/IMEI:2/addresses/msisdn', { value: NUMBER });
    expect(moved).toMatchObject({
      status: 200,
      body: { kind: 'msisdn', value: NUMBER, takenFrom: { id: ids[0], devId: 'IMEI:1' } },
    });
    expect(await addressesOf('IMEI:1')).toEqual({ ip: '192.0.2.1:2948' });
    expect(await addressesOf('IMEI:2')).toEqual({ msisdn: NUMBER, ip: '192.0.2.1:2948' });
    const again = await client.call('PUT', '/devices/IMEI:2/addresses/msisdn', { value: NUMBER });
    expect(again.body).toMatchObject({ takenFrom: null });

    const made = await client.call('POST', '/devices', {
      devId: 'IMEI:4',
      account,
      addresses: { msisdn: NUMBER },
    });
    expect(made.body).toMatchObject({ addresses: { msisdn: NUMBER } });
    expect(await addressesOf('IMEI:2')).toEqual({ ip: '192.0.2.1:2948' });
  });

  it('leaves a number with one of two devices that get it at the same time', async () => {
    const answers = await Promise.all(
      ids.map((id) => client.call('PUT', `/devices/${id}/addresses/msisdn`, { value: '+441632960009' })),
    );
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect((await devices('?address=%2B441632960009')).items).toHaveLength(1);
  });

  it('forgets an address', async () => {
    expect((await client.call('DELETE', '/devices/IMEI:1/addresses/ip')).status).toBe(204);
    expect(await addressesOf('IMEI:1')).toEqual({ msisdn: NUMBER });
    expect((await client.call('DELETE', '/devices/IMEI:1/addresses/ip')).status).toBe(404);
    expect((await client.call('DELETE', '/devices/IMEI:1')).status).toBe(204);
    expect((await client.call('GET', `/devices/${encodeURIComponent(NUMBER)}`)).status).toBe(404);
  });

  it('refuses what is no address, and one number for two devices', async () => {
    expect(await client.call('PUT', '/devices/IMEI:1/addresses/msisdn', { value: '0163' })).toMatchObject({
      status: 400,
      body: { errors: [{ field: 'value', value: '0163' }] },
    });
    expect((await client.call('PUT', '/devices/IMEI:1/addresses/fax', { value: NUMBER })).status).toBe(400);
    const twice = ['IMEI:8', 'IMEI:9'].map((devId) => ({ devId, account, addresses: { msisdn: NUMBER } }));
    expect(await client.call('POST', '/devices/bulk', { devices: twice })).toMatchObject({
      status: 409,
      body: { errors: [{ field: 'devices/1/addresses/msisdn' }] },
    });
    expect(await addressesOf('IMEI:1')).toMatchObject({ msisdn: NUMBER });
  });
}
