import { type Api, problems } from '@grove/api';
import { findDevice, replaceAccount, showDevice, unlockDevice } from '../../../devices/index.ts';
import type { ApiMeans } from '../means.ts';
import { DeviceParams } from '../schemas.ts';
import { AccountSchema, DeviceDetailSchema, detailAnswer } from './schemas.ts';

const tags = ['devices'];

/** By what a device and the server know each other. */
export function accountRoutes(api: Api, means: ApiMeans): void {
  const { store, now, lockout } = means;

  api.put(
    '/devices/:device/account',
    {
      schema: {
        operationId: 'replaceAccount',
        summary: 'Give a device another DM account in place of its own',
        tags,
        params: DeviceParams,
        body: AccountSchema,
        response: { 200: DeviceDetailSchema, ...problems(400, 401, 404, 413, 415) },
      },
    },
    async ({ params, body }) => {
      const device = await store.transaction(async (db) => {
        const id = await findDevice(db, params.device);
        await replaceAccount(db, means, id, body);
        return showDevice(db, id, lockout, now());
      });
      return detailAnswer(device);
    },
  );

  api.post(
    '/devices/:device/unlock',
    {
      schema: {
        operationId: 'unlockDevice',
        summary: 'Forget wrong credentials, so that nobody is locked out for a device',
        tags,
        params: DeviceParams,
        response: { 200: DeviceDetailSchema, ...problems(400, 401, 404) },
      },
    },
    async ({ params }) => {
      const device = await store.transaction(async (db) => {
        const id = await findDevice(db, params.device);
        await unlockDevice(db, id);
        return showDevice(db, id, lockout, now());
      });
      return detailAnswer(device);
    },
  );
}
