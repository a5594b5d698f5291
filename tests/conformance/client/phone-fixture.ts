/** What the virtual phone has for the cases: an object of its own, `./Conformance`. */
import type { ObjectHandler } from '@grove/device';
import { type AccessCommand, type DdfNode, DIAGNOSTICS_RUN_URI } from '@grove/protocol';
import type { Fixture } from './subject.ts';

export const AREA = './Conformance';
export const SERVER_ID = 'com.example.dm';
export const OTHER_SERVER_ID = 'com.example.second';
export const THIRD_SERVER_ID = 'com.example.third';

const ALL: readonly AccessCommand[] = ['Add', 'Copy', 'Delete', 'Exec', 'Get', 'Replace'];

const open = (name: string): DdfNode => ({ name, access: ALL, format: 'node', types: [''] });

export const FIXTURE: Fixture = {
  area: `${AREA}/Area`,
  permanent: './DevInfo/DevId',
  executable: `${AREA}/Run`,
  deferred: DIAGNOSTICS_RUN_URI,
  guarded: `${AREA}/Guarded`,
  fixed: `${AREA}/Area`,
  otherServerID: OTHER_SERVER_ID,
  thirdServerID: THIRD_SERVER_ID,
  account: './DMAcc/Operator',
};

/** What stands behind these nodes: an Exec of `Run` is done at once, and no other. */
export const areaHandler: ObjectHandler = {
  mount: AREA,
  object: {
    urn: 'urn:oma:mo:ext-grove-conformance:1.0',
    title: 'Conformance',
    ddf: {
      name: 'Conformance',
      access: ['Add', 'Get', 'Replace'],
      format: 'node',
      types: ['urn:oma:mo:ext-grove-conformance:1.0'],
      scope: 'Permanent',
      children: [
        { ...open('Area'), scope: 'Permanent' },
        { name: 'Run', access: ['Exec', 'Get'], format: 'node', types: [''], scope: 'Permanent' },
        {
          name: 'Guarded',
          access: ['Add', 'Delete', 'Get'],
          format: 'node',
          types: [''],
          occurrence: 'ZeroOrOne',
          children: [
            {
              name: 'Kept',
              access: ['Add', 'Get', 'Replace'],
              format: 'chr',
              types: ['text/plain'],
              occurrence: 'ZeroOrOne',
            },
          ],
        },
      ],
    },
  },
  initial: () => [
    { path: AREA, value: 'node' },
    { path: `${AREA}/Area`, value: 'node' },
    { path: `${AREA}/Run`, value: 'node' },
  ],
  exec: ({ uri }) => (uri.endsWith('/Run') ? 200 : 406),
};
