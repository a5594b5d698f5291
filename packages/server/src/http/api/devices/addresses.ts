import { type Api, Id, nullable, problems } from '@grove/api';
import { Type } from 'typebox';
import { ADDRESS_KINDS, removeAddress, setAddress } from '../../../addresses/index.ts';
import { findDevice } from '../../../devices/index.ts';
import type { ApiMeans } from '../means.ts';
import { DeviceParams } from '../schemas.ts';

const tags = ['devices'];

const AddressParams = Type.Object({
  ...DeviceParams.properties,
  kind: Type.Enum([...ADDRESS_KINDS], { description: 'What kind of address' }),
});
const AddressSchema = Type.Object(
  {
    kind: Type.Enum([...ADDRESS_KINDS]),
    value: Type.String({ description: 'The address as it is kept' }),
    takenFrom: nullable(
      Type.Object({ id: Id, devId: Type.String() }),
      'The device that had it before, which has no address of this kind any more',
    ),
  },
  { title: 'DeviceAddress' },
);

/** Where a device is reached. */
export function addressRoutes(api: Api, { store, now }: ApiMeans): void {
  api.put(
    '/devices/:device/addresses/:kind',
    {
      schema: {
        operationId: 'setAddress',
        summary: 'Say where a device is reached',
        description:
          'In place of the address of that kind that it had. A telephone number, a SIP URI or a name in a gateway belongs to one device: where another one had it, that one has none any more.',
        tags,
        params: AddressParams,
        body: Type.Object(
          { value: Type.String({ minLength: 1, maxLength: 400, description: 'The address' }) },
          { additionalProperties: false, title: 'NewAddress' },
        ),
        response: { 200: AddressSchema, ...problems(400, 401, 404, 413, 415) },
      },
    },
    async ({ params: { device, kind }, body }) =>
      store.transaction(async (db) => {
        const id = await findDevice(db, device);
        return { kind, ...(await setAddress(db, id, kind, body.value, now())) };
      }),
  );

  api.delete(
    '/devices/:device/addresses/:kind',
    {
      schema: {
        operationId: 'removeAddress',
        summary: 'Forget where a device was reached',
        tags,
        params: AddressParams,
        response: { 204: Type.Null({ description: 'It is forgotten' }), ...problems(400, 401, 404) },
      },
    },
    async ({ params: { device, kind } }, reply) => {
      await store.transaction(async (db) => removeAddress(db, await findDevice(db, device), kind, now()));
      return reply.code(204).send(null);
    },
  );
}
