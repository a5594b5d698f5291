/** How devices and their accounts are written in the API. */
import { Id, nullable, Time, timeOf, timeOrNull } from '@grove/api';
import { Type } from 'typebox';
import { DeviceAddresses } from '../../../addresses/index.ts';
import {
  AccountInput,
  ClientCredentials,
  Credentials,
  DevId,
  type Device,
  type DeviceDetail,
} from '../../../devices/index.ts';
import { TimeZone } from '../../../windows/index.ts';
import { QuirkSchema, quirkAnswer } from '../quirks.ts';

const DeviceProperties = {
  id: Id,
  devId: Type.String(),
  man: nullable(Type.String(), 'Manufacturer, as the device says in DevInfo; null until it has called'),
  mod: nullable(Type.String(), 'Model'),
  dmv: nullable(Type.String(), 'Version of its DM client'),
  lang: nullable(Type.String(), 'Language'),
  swv: nullable(Type.String(), 'Software version, as it says in DevDetail; null until it has'),
  timeZone: nullable(Type.String(), 'Name in the IANA time zone database, where somebody has said it'),
  createdAt: Time,
  seenAt: nullable(Time, 'Its last authenticated message'),
  addresses: DeviceAddresses,
};
export const DeviceSchema = Type.Object(DeviceProperties, { title: 'Device' });

const Side = {
  auth: Type.Enum(['none', 'basic', 'md5', 'hmac']),
  user: nullable(Type.String()),
};
const ClientSide = {
  auth: Type.Enum([...Side.auth.enum, 'certificate']),
  user: Side.user,
  fingerprint: nullable(Type.String(), 'SHA-256 of the certificate that it has to be'),
};
const FailuresSchema = Type.Object(
  {
    source: Type.String({ description: 'IPv4 address, or network of an IPv6 address' }),
    count: Type.Integer({ description: 'Wrong credentials without right ones between' }),
    lastAt: Time,
    lockedUntil: nullable(Time, 'Until then none from there are looked at; null where they are'),
  },
  { title: 'Failures' },
);
export const DeviceDetailSchema = Type.Object(
  {
    ...DeviceProperties,
    account: Type.Object(
      { serverId: Type.String(), client: Type.Object(ClientSide), server: Type.Object(Side) },
      { title: 'Account' },
    ),
    failures: Type.Array(FailuresSchema, {
      description: 'From where wrong credentials have come of late, the newest first, 20 at most',
    }),
    quirks: Type.Array(QuirkSchema, { description: 'What is known of its model' }),
    instanceState: nullable(
      Type.Boolean(),
      'Whether its instances have the properties Active, Default and Locked; null when that has not been seen',
    ),
  },
  { title: 'DeviceDetail' },
);

const CredentialsSchema = Type.Unsafe<Credentials>({ ...Credentials, title: 'Credentials' });
const ClientCredentialsSchema = Type.Unsafe<ClientCredentials>({
  ...ClientCredentials,
  title: 'ClientCredentials',
});
export const AccountSchema = Type.Object(
  { ...AccountInput.properties, client: ClientCredentialsSchema, server: Type.Optional(CredentialsSchema) },
  { additionalProperties: false, title: 'NewAccount' },
);
export const NewDeviceSchema = Type.Object(
  {
    devId: DevId,
    account: AccountSchema,
    addresses: Type.Optional(DeviceAddresses),
    timeZone: Type.Optional(TimeZone),
  },
  { additionalProperties: false, title: 'NewDevice' },
);

export function deviceAnswer<D extends Device>({ createdAt, seenAt, ...device }: D) {
  return { ...device, createdAt: timeOf(createdAt), seenAt: timeOrNull(seenAt) };
}

export function detailAnswer({ failures, quirks, ...device }: DeviceDetail) {
  return {
    ...deviceAnswer(device),
    quirks: quirks.map(quirkAnswer),
    failures: failures.map(({ lastAt, lockedUntil, ...each }) => ({
      ...each,
      lastAt: timeOf(lastAt),
      lockedUntil: timeOrNull(lockedUntil),
    })),
  };
}
