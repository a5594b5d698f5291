import type { NewDevice } from '@grove/server';
import type { Command } from 'commander';
import { dmAccOf } from '../../accounts/index.ts';
import type { DeviceDetail } from '../../api/index.ts';
import { note, printable } from '../../output/index.ts';
import { type AccountOptions, accountFrom, addAccountOptions } from '../account-options.ts';
import { defineCall } from '../call.ts';
import { formatAccount } from './account.ts';
import { type AddressOptions, addAddressOptions, addressesFrom } from './address.ts';

export function defineAdd(parent: Command): void {
  defineCall<AccountOptions & AddressOptions>(parent, {
    usage: 'add <devid>',
    summary: 'register a device, and say what to configure in it',
    examples: [
      'grove devices add IMEI:490154203237518',
      'grove devices add IMEI:490154203237518 --auth basic --user phone --password secret',
      'grove devices add IMEI:490154203237518 --msisdn +441632960001 --sip sip:alice@ims.example.com',
      'grove devices add IMEI:490154203237518 --json > phone.json    # for grove device --account',
    ],
    remarks: 'Passwords and nonces that are not given are made up, and shown this once.',
    options: (command) => addAddressOptions(addAccountOptions(command)),
    async run(api, [devId = ''], options) {
      const account = accountFrom(options, devId);
      const addresses = addressesFrom(options);
      const device = await api.post<DeviceDetail>('devices', {
        devId,
        account,
        ...(addresses === undefined ? {} : { addresses }),
      } satisfies NewDevice);
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
