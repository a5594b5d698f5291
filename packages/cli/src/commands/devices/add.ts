import type { NewDevice } from '@grove/server';
import type { Command } from 'commander';
import { dmAccOf } from '../../accounts/index.ts';
import type { DeviceDetail } from '../../api/index.ts';
import { note, printable } from '../../output/index.ts';
import { type AccountOptions, accountFrom, addAccountOptions } from '../account-options.ts';
import { defineCall } from '../call.ts';
import { formatAccount } from './account.ts';

export function defineAdd(parent: Command): void {
  defineCall<AccountOptions>(parent, {
    usage: 'add <devid>',
    summary: 'register a device, and say what to configure in it',
    examples: [
      'grove devices add IMEI:490154203237518',
      'grove devices add IMEI:490154203237518 --auth basic --user phone --password secret',
      'grove devices add IMEI:490154203237518 --json > phone.json    # for grove device --account',
    ],
    remarks: 'Passwords and nonces that are not given are made up, and shown this once.',
    options: addAccountOptions,
    async run(api, [devId = ''], options) {
      const account = accountFrom(options, devId);
      const device = await api.post<DeviceDetail>('devices', { devId, account } satisfies NewDevice);
      const { dmUrl } = await api.get<{ dmUrl: string }>('server');
      if (account.server.auth === 'basic' && account.client.auth === 'none') {
        note('Without --auth the server sends its password to whoever claims to be this device.');
      }
      return {
        json: { device, dmUrl, account },
        lines: () => [
          `Device ${device.id} is registered. Configure in it:`,
          '',
          `./DevInfo/DevId = ${printable(devId)}`,
          ...formatAccount(dmAccOf(dmUrl, account)),
        ],
      };
    },
  });
}
