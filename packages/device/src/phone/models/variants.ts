/** Phones that have the standard objects, but not quite as others have them. */
import {
  type AccessCommand,
  BROWSER_OBJECT,
  MMS_OBJECT,
  MMS_URI,
  NAP_OBJECT,
  PREFERENCES_OBJECT,
  PROXY_OBJECT,
  READ_ONLY,
} from '@grove/protocol';
import { BASE_HANDLERS, HANDLERS, settingsHandler } from '../../objects/index.ts';
import { phoneModel } from './model.ts';
import { OUTDATED } from './standard.ts';
import { vary } from './vary.ts';

const SET: readonly AccessCommand[] = ['Get', 'Replace'];
const fixed = { access: SET, scope: 'Permanent' } as const;

/** The only MMS service, which is there for good, as are its leaves. */
const ONE_MMS = vary(
  MMS_OBJECT,
  {
    '': { access: READ_ONLY, scope: 'Permanent', occurrence: 'One' },
    AppID: { access: READ_ONLY, scope: 'Permanent', defaultValue: 'w4' },
    Name: fixed,
    PrefConRef: { access: READ_ONLY, scope: 'Permanent', defaultValue: './NAP/MMS' },
    Addr: { ...fixed, defaultValue: 'http://mms.old.example.com/mms/wapenc' },
    MS: { ...fixed, defaultValue: '102400' },
  },
  ['CM', 'RM', 'ToConRef', 'Ext'],
);

const BRANDED_NAP = vary(NAP_OBJECT, {
  '': { access: READ_ONLY },
  Addr: { access: READ_ONLY },
  AddrType: { access: READ_ONLY },
  AuthInfo: { access: READ_ONLY },
  'AuthInfo/AuthName': { access: SET },
  'AuthInfo/AuthSecret': { access: ['Replace'] },
  Name: { access: SET },
});

export const BRANDED_MODEL = phoneModel(
  { man: 'Arbor', mod: 'Linden', lang: 'en-GB', fwV: 'LN.1.4.0', swV: '5.1', hwV: 'rev 2' },
  {
    name: 'linden',
    says: 'Sold by an operator: its access points are read-only, and its only MMS service is permanent, at ./MMS/Operator.',
    handlers: [
      ...BASE_HANDLERS,
      settingsHandler(BRANDED_NAP),
      settingsHandler({ ...ONE_MMS, ddf: { ...ONE_MMS.ddf, name: 'Operator', path: MMS_URI } }),
      settingsHandler(BROWSER_OBJECT),
      settingsHandler(PREFERENCES_OBJECT),
    ],
    settings: OUTDATED.filter(({ path }) => !path.startsWith(MMS_URI)),
  },
);

const PORTS = { allowed: { values: ['80', '8080', '9201'] } } as const;

export const STRICT_MODEL = phoneModel(
  { man: 'Arbor', mod: 'Aspen', lang: 'en-US', fwV: 'AS.0.9.2', swV: '3.0', hwV: 'rev 1' },
  {
    name: 'aspen',
    says: 'It takes only some values: names of 16 bytes, messages of three sizes, ports and schemes of a list, 4 access points.',
    handlers: [
      ...BASE_HANDLERS,
      settingsHandler(
        vary(NAP_OBJECT, {
          '': { occurrence: { zeroOrN: 4 } },
          Name: { allowed: { maxLen: 16 } },
          Addr: { allowed: { maxLen: 32 } },
          AddrType: { allowed: { values: ['APN'] } },
          'AuthInfo/AuthType': { allowed: { values: ['PAP', 'CHAP'] } },
          BearerType: { allowed: { values: ['3GPPPS'] } },
        }),
      ),
      settingsHandler(
        vary(PROXY_OBJECT, {
          Name: { allowed: { maxLen: 16 } },
          ProxyType: { allowed: { values: ['HTTP', 'WAP'] } },
          AddrType: { allowed: { values: ['IPv4'] } },
          'Ports/*/PortNbr': PORTS,
        }),
      ),
      settingsHandler(
        vary(MMS_OBJECT, {
          Name: { allowed: { maxLen: 16 } },
          Addr: { allowed: { maxLen: 64 } },
          MS: { allowed: { values: ['102400', '307200', '614400'] } },
          CM: { allowed: { values: ['restricted', 'warning', 'free'] } },
        }),
      ),
      settingsHandler(
        vary(BROWSER_OBJECT, {
          HomePage: { allowed: { maxLen: 128 } },
          'Bookmarks/*': { occurrence: { zeroOrN: 5 } },
          'Bookmarks/*/URI': { allowed: { maxLen: 128 } },
        }),
      ),
      settingsHandler(PREFERENCES_OBJECT),
    ],
    settings: OUTDATED,
  },
);

export const PLAIN_MODEL = phoneModel(
  { man: 'Foliage', mod: 'F-100', lang: 'de-DE', fwV: 'F100_0614', swV: '2.1', hwV: 'B' },
  {
    name: 'f-100',
    says: 'It has the standard objects, and no Active, Default and Locked: it uses the first instance of each.',
    handlers: HANDLERS,
    settings: OUTDATED,
    instanceState: false,
  },
);

export const OLD_MODEL = phoneModel(
  { man: 'Xylem Mobile', mod: 'X0', lang: 'fr-FR', fwV: '0.61', swV: '0.61', hwV: '0.2' },
  {
    name: 'x0',
    says: 'Old: no ?list, no serialized trees, no Atomic, no Active, Default and Locked; nodes are read and set one by one.',
    handlers: [
      ...BASE_HANDLERS,
      ...[NAP_OBJECT, PROXY_OBJECT, MMS_OBJECT, BROWSER_OBJECT, PREFERENCES_OBJECT].map(settingsHandler),
    ],
    settings: OUTDATED,
    instanceState: false,
    lacks: ['list', 'tnds', 'atomic'],
  },
);
