/**
 * MMS: what a multimedia messaging client needs.
 *
 * How sure each fact is: that an MMS object of version 1.3 is registered (specification OMA-TS-MMS_MO 1.3,
 * description mo_oma_mms-v1_3.ddf) is confirmed; the text of neither was at hand. The identifier is formed
 * as all registered ones are, from that name and version. The leaves are the counterparts of the parameters
 * that MMS has in client provisioning (application w4, from version 1.3 on also ap0005), under names that
 * follow DMAcc; the registered description may name them otherwise and have more of them. A device that
 * does so says it in its own description.
 */
import { readToConRef, TO_CON_REF, toConRefNodes } from '../connectivity.ts';
import { interior, leaf, MANAGE } from '../describe.ts';
import { count, type Fields, fieldNodes, readFields, text } from '../fields.ts';
import { instanceNode, type ManagementObject, type NodeValue, type TreeReader } from '../object.ts';

const URN = 'urn:oma:mo:oma-mms:1.3';

/** Where Grove's own device keeps its MMS settings. */
export const MMS_URI = './MMS';

export const MMS_OBJECT: ManagementObject = {
  urn: URN,
  title: 'MMS settings',
  ddf: interior(
    undefined,
    MANAGE,
    'ZeroOrMore',
    'Settings of one MMS service',
    [
      leaf('AppID', MANAGE, 'One', 'w4, the application identifier of MMS'),
      leaf('Name', MANAGE, 'ZeroOrOne', 'Name to show'),
      leaf('PrefConRef', MANAGE, 'ZeroOrOne', 'URI of the preferred connectivity object'),
      TO_CON_REF,
      leaf('Addr', MANAGE, 'One', 'URL of the MMS proxy-relay (MMSC)'),
      leaf('CM', MANAGE, 'ZeroOrOne', 'Creation mode: what may be put into a message'),
      leaf('RM', MANAGE, 'ZeroOrOne', 'Resubmission mode: what may be forwarded'),
      leaf('MS', MANAGE, 'ZeroOrOne', 'Largest message in bytes'),
      interior('Ext', MANAGE, 'ZeroOrOne', 'Extensions by the manufacturer'),
    ],
    { path: MMS_URI, types: [URN] },
  ),
};

/** Settings of one MMS service. */
export interface Mms {
  /** Name to show. */
  readonly name?: string | undefined;
  /** URI of the preferred connectivity object. */
  readonly prefConRef?: string | undefined;
  /** URL of the MMS proxy-relay (MMSC). */
  readonly addr: string;
  /** Creation mode: what may be put into a message. */
  readonly cm?: string | undefined;
  /** Resubmission mode: what may be forwarded. */
  readonly rm?: string | undefined;
  /** Largest message in bytes. */
  readonly ms?: number | undefined;
  /** URIs of connectivity objects that may be used. */
  readonly toConRef?: readonly string[] | undefined;
}

const FIELDS: Fields<Omit<Mms, 'toConRef'> & { appId: string }> = {
  appId: text('AppID'),
  name: text('Name'),
  prefConRef: text('PrefConRef'),
  addr: text('Addr'),
  cm: text('CM'),
  rm: text('RM'),
  ms: count('MS'),
};

/** The application identifier of MMS. */
const APP_ID = 'w4';

/**
 * The nodes of MMS settings.
 *
 * @param root URI of the instance, `./MMS/Operator`.
 */
export function mmsNodes(root: string, settings: Mms): NodeValue[] {
  return [
    instanceNode(root, MMS_OBJECT),
    ...fieldNodes(FIELDS, root, { ...settings, appId: APP_ID }),
    ...toConRefNodes(root, settings.toConRef),
  ];
}

/** MMS settings as far as they are known. */
export function readMms(root: string, tree: TreeReader): Partial<Mms> {
  const { appId: _, ...settings } = readFields(FIELDS, root, tree);
  return { ...settings, ...readToConRef(root, tree) };
}
