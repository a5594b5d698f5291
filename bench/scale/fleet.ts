/** A fleet as an operator has one: a few makers with models of their own, and what each device has of its own. */
import { accountFor, devIdOf } from '../session/messages.ts';

interface Model {
  readonly man: string;
  readonly mod: string;
  /** In a hundred devices. */
  readonly share: number;
  /** Software versions that are about. */
  readonly versions: readonly string[];
}

const MODELS: readonly Model[] = [
  { man: 'Acme', mod: 'X1', share: 22, versions: ['1.9.0', '2.0.3', '2.9.1', '2.10.0'] },
  { man: 'Acme', mod: 'X2 Pro', share: 18, versions: ['3.0.0', '3.1.4', '3.2.0'] },
  { man: 'Birch', mod: 'B-17', share: 25, versions: ['11.2', '11.4', '12.0'] },
  { man: 'Cedar', mod: 'Modem 4', share: 15, versions: ['4.0.1', '4.0.2'] },
  { man: 'Dorn', mod: 'Tablet', share: 12, versions: ['7.1', '7.2', '8.0', '8.1'] },
  { man: 'Elm', mod: 'Meter', share: 8, versions: ['0.9.12'] },
];

/** What 40 of 100 devices have, as expressions say it: one by a column, one by a node. */
export const COMMON = ['manufacturer = "Acme"', './MMS/*/Addr = "http://mms.example.com/"'] as const;
/** The first of them is that of 40 of 100. */
const GATEWAYS = ['mms', 'mms', 'mms2', 'mms3', 'mms-old'].map((name) => `${name}.example.com`);

/** In no order that ids have. */
function mixed(index: number, salt: number): number {
  let x = Math.imul(index + 1, 0x9e3779b1) ^ Math.imul(salt + 1, 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 15), 0x2c1b3c6d);
  x = Math.imul(x ^ (x >>> 12), 0x297a2d39);
  return (x ^ (x >>> 15)) >>> 0;
}

function modelOf(index: number): Model {
  // Each hundred devices has its share of every model.
  let place = mixed(index, 0) % 100;
  const found = MODELS.find(({ share }) => {
    place -= share;
    return place < 0;
  });
  return found ?? (MODELS[0] as Model);
}

function pick<T>(of: readonly T[], index: number, salt: number): T {
  return of[mixed(index, salt) % of.length] as T;
}

const hexadecimal = (value: number, digits: number) =>
  value.toString(16).padStart(digits, '0').slice(-digits);

/** Telephone number of a device. */
export const numberOf = (index: number): string => `+4477${String(index).padStart(8, '0')}`;

/** Known nodes of a device: 60, of which 6 are its own. */
export const NODES = 60;

function nodesOf(index: number): Record<string, string | number | boolean | null> {
  const { man, mod, versions } = modelOf(index);
  const model = `${man.toLowerCase()}-${mod.toLowerCase().replaceAll(/\W/g, '')}`;
  const language = pick(['en-GB', 'de-DE', 'fr-FR', 'es-ES', 'pl-PL', 'it-IT'], index, 1);
  const operator = pick(['north', 'south', 'west'], index, 2);
  const swv = pick(versions, index, 3);
  const gateway = pick(GATEWAYS, index, 4);
  const profile = pick(['consumer', 'business', 'prepaid'], index, 5);
  return {
    './DevInfo/Man': man,
    './DevInfo/Mod': mod,
    './DevInfo/DmV': '1.2',
    './DevInfo/Lang': language,
    './DevDetail/DevTyp': man === 'Elm' ? 'meter' : 'phone',
    './DevDetail/OEM': man,
    './DevDetail/FwV': `fw-${swv}`,
    './DevDetail/SwV': swv,
    './DevDetail/HwV': pick(['A', 'B', 'C1'], index, 6),
    './DevDetail/LrgObj': true,
    './DevDetail/URI/MaxDepth': '0',
    './DevDetail/URI/MaxTotLen': '0',
    './DevDetail/URI/MaxSegLen': '0',
    './DevDetail/Ext/ICCID': `8944${String(mixed(index, 7)).padStart(15, '0')}`,
    './DevDetail/Ext/WLANMAC': hexadecimal(mixed(index, 8) * 65_536 + (index % 65_536), 12),
    './DevDetail/Ext/SerialNo': `${model}-${hexadecimal(mixed(index, 9), 8)}`,
    './DMAcc/grove/AppID': 'w7',
    './DMAcc/grove/ServerID': 'grove',
    './DMAcc/grove/Name': 'Operator',
    './DMAcc/grove/PrefConRef': `./NAP/${operator}`,
    './DMAcc/grove/AppAddr/1/Addr': 'https://dm.example.com/dm',
    './DMAcc/grove/AppAddr/1/AddrType': 'URI',
    './DMAcc/grove/AppAddr/1/Port/1/PortNbr': 443,
    './DMAcc/grove/AAuthPref': 'DIGEST',
    './DMAcc/grove/AppAuth/client/AAuthLevel': 'CLCRED',
    './DMAcc/grove/AppAuth/client/AAuthType': 'DIGEST',
    './DMAcc/grove/AppAuth/client/AAuthName': 'phone',
    './DMAcc/grove/AppAuth/client/AAuthSecret': null,
    './DMAcc/grove/AppAuth/client/AAuthData': null,
    './DMAcc/grove/AppAuth/server/AAuthLevel': 'SRVCRED',
    './DMAcc/grove/AppAuth/server/AAuthType': 'DIGEST',
    './DMAcc/grove/AppAuth/server/AAuthName': 'grove',
    './DMAcc/grove/AppAuth/server/AAuthSecret': null,
    [`./NAP/${operator}/NapID`]: operator,
    [`./NAP/${operator}/Name`]: `Internet ${operator}`,
    [`./NAP/${operator}/Bearer`]: 'GPRS',
    [`./NAP/${operator}/Addr`]: `internet.${operator}.example.com`,
    [`./NAP/${operator}/AddrType`]: 'APN',
    [`./NAP/${operator}/AuthType`]: 'PAP',
    [`./NAP/${operator}/AuthName`]: `${profile}@${operator}`,
    [`./NAP/${operator}/DNS`]: pick(['192.0.2.53', '198.51.100.53'], index, 10),
    './Proxy/mms/PxyId': 'mms',
    './Proxy/mms/Addr': pick(['192.0.2.80', '198.51.100.80'], index, 11),
    './Proxy/mms/Port': 8080,
    './Proxy/mms/ConRef': `./NAP/${operator}`,
    './MMS/Operator/Name': 'MMS',
    './MMS/Operator/Addr': `http://${gateway}/`,
    './MMS/Operator/ToConRef': './Proxy/mms',
    './MMS/Operator/MaxSize': pick([307_200, 614_400, 1_048_576], index, 12),
    './Bookmarks/home/Title': 'Home',
    './Bookmarks/home/URL': `https://${operator}.example.com/${language.slice(0, 2)}`,
    './Email/1/Server': `imap.${operator}.example.com`,
    './Email/1/User': `user${mixed(index, 13) % 100_000_000}`,
    './Email/1/SSL': true,
    './QoS/Class': profile,
    './Policy/Camera': mixed(index, 14) % 10 > 0,
    './Policy/PinLength': 4 + (mixed(index, 15) % 3),
    './Lock/Serial': `L${hexadecimal(mixed(index, 16), 8)}`,
    './Battery/Level': mixed(index, 17) % 101,
  };
}

/** A device as a line of an import; what is known of it was read some time in the last month. */
export function deviceLine(index: number, now: number): string {
  const { client, ...account } = accountFor('md5');
  const nodes = nodesOf(index);
  // The import adds DevInfo/DevId.
  const known = Object.keys(nodes).length + 1;
  if (known !== NODES) throw new Error(`a device of the fleet has ${known} nodes, expected ${NODES}`);
  return JSON.stringify({
    devId: devIdOf(index),
    account: {
      ...account,
      client,
      server: { auth: 'md5', user: 'grove', password: hexadecimal(mixed(index, 18), 8).repeat(2) },
    },
    addresses: { msisdn: numberOf(index) },
    nodes,
    nodesAt: new Date(now - (mixed(index, 19) % (30 * 24 * 60)) * 60_000).toISOString(),
  });
}

/** Who uses a device; one in ten with a contract of his own. */
export function subscriberOf(index: number): object {
  const maxBandwidth = pick([256, 512, 2048], index, 20);
  return {
    imsi: `23415${String(mixed(index, 21) % 1e5).padStart(5, '0')}${String(index % 1e5).padStart(5, '0')}`,
    msisdns: [numberOf(index)],
    ...(index % 10 === 0 ? { attributes: { qos: { maxBandwidth } } } : {}),
  };
}
