/** Phones that keep everything in the objects of the standard, under their own names. */
import {
  accessPointNodes,
  BROWSER_URI,
  browserNodes,
  DATA_SERVICE_URI,
  dataServiceNodes,
  MMS_URI,
  mmsNodes,
  NAP_URI,
  type NodeValue,
  PROXY_URI,
  proxyNodes,
} from '@grove/protocol';
import { HANDLERS } from '../../objects/index.ts';
import { type Make, type Model, phoneModel } from './model.ts';

const INTERNET = `${NAP_URI}/Internet`;
const MMS_ACCESS = `${NAP_URI}/MMS`;
const MMS_PROXY = `${PROXY_URI}/MMS`;

/** Settings of an operator that has moved its MMS centre since: what a campaign is there to mend. */
export const OUTDATED: readonly NodeValue[] = [
  ...accessPointNodes(INTERNET, {
    name: 'Internet',
    addrType: 'APN',
    addr: 'internet.example',
    bearerType: '3GPPPS',
  }),
  ...accessPointNodes(MMS_ACCESS, {
    name: 'MMS',
    addrType: 'APN',
    addr: 'mms.example',
    authType: 'PAP',
    authName: 'mms',
    authSecret: 'mms',
    bearerType: '3GPPPS',
  }),
  ...proxyNodes(MMS_PROXY, {
    name: 'MMS',
    proxyType: 'WAP',
    addr: '192.0.2.10',
    addrType: 'IPv4',
    ports: [9201],
    toConRef: [MMS_ACCESS],
  }),
  ...mmsNodes(`${MMS_URI}/Operator`, {
    name: 'MMS',
    addr: 'http://mms.old.example.com/mms/wapenc',
    cm: 'warning',
    rm: 'yes',
    ms: 102_400,
    prefConRef: MMS_PROXY,
  }),
  ...browserNodes(`${BROWSER_URI}/Operator`, {
    name: 'Web',
    prefConRef: INTERNET,
    homePage: 'http://wap.example.com/',
    bookmarks: [{ name: 'News', uri: 'http://news.example.com/' }],
  }),
  ...dataServiceNodes(`${DATA_SERVICE_URI}/Mobile`, {
    name: 'Mobile data',
    conRef: INTERNET,
    maxDownlink: 2048,
    maxUplink: 512,
    trafficClass: 'interactive',
  }),
];

function standard(name: string, make: Make): Model {
  const says = 'It keeps its settings in the standard objects.';
  return phoneModel(make, { name, says, handlers: HANDLERS, settings: OUTDATED });
}

/** Phones of makers that do not exist. */
export const STANDARD_MODELS = [
  standard('birch-2', {
    man: 'Arbor',
    mod: 'Birch 2',
    lang: 'en-GB',
    fwV: 'B2.1.0.4',
    swV: '4.2',
    hwV: 'rev 3',
  }),
  standard('cedar', {
    man: 'Arbor',
    mod: 'Cedar',
    lang: 'en-US',
    fwV: 'CD.3.2.0',
    swV: '5.0',
    hwV: 'rev 1',
  }),
  standard('f-110', {
    man: 'Foliage',
    mod: 'F-110',
    lang: 'de-DE',
    fwV: 'F110_0921',
    swV: '2.7.1',
    hwV: 'A',
  }),
  standard('x1-mini', {
    man: 'Xylem Mobile',
    mod: 'X1 Mini',
    lang: 'fr-FR',
    fwV: '1.08',
    swV: '1.08',
    hwV: '0.9',
  }),
] as const satisfies readonly Model[];
