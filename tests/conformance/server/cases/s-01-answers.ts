import { packageOne } from '../../../rig/device.testing.ts';
import type { Group } from '../../framework/index.ts';
import type { ServerStand } from '../stand.ts';

export const ANSWERS: Group<ServerStand> = {
  id: 'S-01',
  title: 'Answers',
  cases: [
    {
      id: 'S-01.1',
      title: 'Package 1 is answered with a Status for SyncHdr, Alert and each Item of the Replace',
      rule: 'DM_Protocol 1.2.1, Package 2',
      async run({ device }, check) {
        const phone = await device();
        const { statuses } = await phone.say(packageOne(phone.devId));
        check.equal([...new Set(statuses)], ['SyncHdr 200', 'Alert 200', 'Replace 200'], 'Statuses');
      },
    },
  ],
};
