/** A phone from before the standard objects: all that it has is its maker's own, in fixed places. */
import { type DdfNode, interiorDdf, leafDdf, READ_ONLY } from '@grove/protocol';
import { BASE_HANDLERS, describedHandlers } from '../../objects/index.ts';
import { phoneModel } from './model.ts';

const SET = ['Get', 'Replace'] as const;
const permanent = { scope: 'Permanent' } as const;
const short = { ...permanent, allowed: { maxLen: 32 } } as const;

/** One of the places for settings of a data call. */
function slot(name: string, title: string, net: string, user: string): DdfNode {
  return interiorDdf(
    name,
    READ_ONLY,
    'One',
    'Settings of one kind of data call',
    [
      leafDdf('Title', SET, 'One', 'Name to show', 'chr', { ...short, defaultValue: title }),
      leafDdf('Net', SET, 'One', 'Access point (APN)', 'chr', { ...short, defaultValue: net }),
      leafDdf('Login', SET, 'One', 'User name', 'chr', { ...short, defaultValue: user }),
      leafDdf('Pass', ['Replace'], 'One', 'Password', 'chr', { ...short, defaultValue: user }),
      leafDdf('Auth', SET, 'One', '0 = none, 1 = PAP, 2 = CHAP', 'int', {
        ...permanent,
        defaultValue: user === '' ? '0' : '1',
        allowed: { values: ['0', '1', '2'] },
      }),
    ],
    permanent,
  );
}

const SLOT = { ...permanent, allowed: { least: 1, most: 3 } } as const;

const DESCRIPTION: DdfNode = interiorDdf(
  'Foliage',
  READ_ONLY,
  'One',
  'Settings of the phone',
  [
    interiorDdf(
      'Data',
      READ_ONLY,
      'One',
      'Data calls',
      [
        slot('Slot1', 'Internet', 'internet.example', ''),
        slot('Slot2', 'MMS', 'mms.example', 'mms'),
        slot('Slot3', '', '', ''),
      ],
      permanent,
    ),
    interiorDdf(
      'WAP',
      READ_ONLY,
      'One',
      'Browser and gateway',
      [
        interiorDdf(
          'Gateway',
          READ_ONLY,
          'One',
          'The gateway that everything goes through',
          [
            leafDdf('IP', SET, 'One', 'Its IPv4 address', 'chr', {
              ...permanent,
              defaultValue: '192.0.2.10',
              allowed: { maxLen: 15 },
            }),
            leafDdf('Port', SET, 'One', 'Its port', 'int', {
              ...permanent,
              defaultValue: '9201',
              allowed: { least: 1, most: 65_535 },
            }),
            leafDdf('Slot', SET, 'One', 'Number of the data call by which it is reached', 'int', {
              ...SLOT,
              defaultValue: '2',
            }),
          ],
          permanent,
        ),
        leafDdf('Home', SET, 'One', 'URL of the home page', 'chr', {
          ...permanent,
          defaultValue: 'http://wap.example.com/',
          allowed: { maxLen: 128 },
        }),
        interiorDdf(
          'Marks',
          ['Add', 'Get'],
          'One',
          'Bookmarks',
          [
            leafDdf(
              undefined,
              ['Add', 'Delete', 'Get', 'Replace'],
              { zeroOrN: 10 },
              'A title, a "|" and a URL',
              'chr',
              { allowed: { maxLen: 160 } },
            ),
          ],
          permanent,
        ),
      ],
      permanent,
    ),
    interiorDdf(
      'MMSC',
      READ_ONLY,
      'One',
      'Multimedia messages',
      [
        leafDdf('Server', SET, 'One', 'URL of the MMS centre', 'chr', {
          ...permanent,
          defaultValue: 'http://mms.old.example.com/mms/wapenc',
          allowed: { maxLen: 100 },
        }),
        leafDdf('Slot', SET, 'One', 'Number of the data call by which it is reached', 'int', {
          ...SLOT,
          defaultValue: '2',
        }),
        leafDdf('MaxKB', SET, 'One', 'Largest message in units of 1024 bytes', 'int', {
          ...permanent,
          defaultValue: '100',
          allowed: { values: ['50', '100', '300'] },
        }),
      ],
      permanent,
    ),
    leafDdf('Ring', SET, 'One', 'Number of the ring tone', 'int', {
      ...permanent,
      defaultValue: '3',
      allowed: { least: 1, most: 9 },
    }),
  ],
  { path: './Vendor', types: ['com.foliage/2.3/Settings'], title: 'Foliage settings', ...permanent },
);

export const LEGACY_MODEL = phoneModel(
  { man: 'Foliage', mod: 'F-90', lang: 'de-DE', fwV: 'F90_0107', swV: '1.3', hwV: 'C' },
  {
    name: 'f-90',
    says:
      'Legacy: access points, gateway, MMS and bookmarks are below ./Vendor/Foliage, in fixed places, with other names, ' +
      'formats and units.',
    handlers: [...BASE_HANDLERS, ...describedHandlers({ nodes: [DESCRIPTION] })],
    settings: [],
    instanceState: false,
  },
);
