import type { AccountInput, Credentials } from '@grove/server';
import { formatTree, printable } from '../../output/index.ts';

/** AAuthType in the words of the DMAcc object. */
const AUTH_TYPES: Readonly<Record<Exclude<Credentials['auth'], 'none'>, string>> = {
  basic: 'BASIC',
  md5: 'DIGEST',
};

/** What a device must have in its DM account (DMAcc 1.0, OMA DM StdObj 1.2) to talk to the server. */
export function formatAccount(dmUrl: string, devId: string, account: Required<AccountInput>): string[] {
  const leaf = (name: string, value: string) => ({ label: `${name} = ${printable(value)}`, children: [] });
  const level = (name: string, level: string, credentials: Credentials) =>
    credentials.auth === 'none'
      ? []
      : [
          {
            label: name,
            children: [
              leaf('AAuthLevel', level),
              leaf('AAuthType', AUTH_TYPES[credentials.auth]),
              leaf('AAuthName', credentials.user),
              leaf('AAuthSecret', credentials.password),
              ...(credentials.auth === 'md5'
                ? [leaf('AAuthData', `${credentials.nonce} (nonce, base64)`)]
                : []),
            ],
          },
        ];
  const { client, server } = account;
  const sides = [...level('client', 'CLCRED', client), ...level('server', 'SRVCRED', server)];
  return [
    `./DevInfo/DevId = ${printable(devId)}`,
    './DMAcc/grove',
    ...formatTree([
      leaf('AppID', 'w7'),
      leaf('ServerID', account.serverId ?? ''),
      {
        label: 'AppAddr',
        children: [{ label: 'dm', children: [leaf('Addr', dmUrl), leaf('AddrType', 'URI')] }],
      },
      ...(client.auth === 'none' ? [] : [leaf('AAuthPref', AUTH_TYPES[client.auth])]),
      ...(sides.length === 0 ? [] : [{ label: 'AppAuth', children: sides }]),
    ]),
  ];
}
