/** The phone of the benchmark, as both sides know it. */
import { fleetAccount } from '@grove/device';
import type { DdfNode } from '@grove/protocol';

const known = fleetAccount(1, { serverID: 'grove' });

export const devId = known.devId;
/** In the words of the device. */
export const phoneAccount = known;
/** In the words of the API. */
export const account = { serverId: known.serverID, client: known.client, server: known.server };

/** The leaf that holds the object. */
export const LEAF = './Fw/Pkg';

/** What describes it. */
export const DESCRIPTION: DdfNode = {
  name: 'Fw',
  access: ['Get'],
  format: 'node',
  occurrence: 'One',
  scope: 'Permanent',
  types: ['urn:x:firmware'],
  children: [
    {
      name: 'Pkg',
      access: ['Get', 'Replace'],
      format: 'bin',
      occurrence: 'One',
      scope: 'Permanent',
      types: ['application/octet-stream'],
    },
  ],
};
