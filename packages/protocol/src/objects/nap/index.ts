/**
 * NAP: an access point of the network (OMA-DDS-DM_ConnMO, ConnMO NAP 1.0).
 *
 * How sure each fact is: the identifier and the nodes ID, Name, AddrType, Addr, IP, AuthInfo, BearerType, BearerParams
 * and Ext were read in public code of a maker that implements the object; the registered description was not at hand.
 * What it calls the parts of IP, and how often each node may occur, is taken from the same place.
 */

import { branchNodes } from '../branch.ts';
import { interior, leaf, MANAGE, WRITE } from '../describe.ts';
import { type Fields, fieldNodes, readFields, text } from '../fields.ts';
import { instanceNode, type ManagementObject, type NodeValue, type TreeReader } from '../object.ts';

const URN = 'urn:oma:mo:oma-connmo-nap:1.0';

/** Where Grove's own device keeps its access points. */
export const NAP_URI = './NAP';

const ADDRESSES = [
  leaf('AutoConfig', MANAGE, 'ZeroOrOne', 'Whether the network gives the address', 'bool'),
  leaf('IPAddr', MANAGE, 'ZeroOrOne', 'Address of the device'),
  leaf('NetMask', MANAGE, 'ZeroOrOne', 'Mask of its network'),
  leaf('Gateway', MANAGE, 'ZeroOrOne', 'Address of the router'),
  leaf('AutoDNS', MANAGE, 'ZeroOrOne', 'Whether the network gives the name servers', 'bool'),
  interior('DNS', MANAGE, 'ZeroOrOne', 'Name servers', [
    interior('Servers', MANAGE, 'ZeroOrOne', 'Name servers, the first one first', [
      interior(undefined, MANAGE, 'ZeroOrMore', 'One of them', [leaf('Addr', MANAGE, 'One', 'Its address')]),
    ]),
  ]),
];

export const NAP_OBJECT: ManagementObject = {
  urn: URN,
  title: 'Access points',
  ddf: interior(
    undefined,
    MANAGE,
    'ZeroOrMore',
    'One access point of the network',
    [
      leaf('ID', MANAGE, 'ZeroOrOne', 'Identifier, as provisioning documents have it'),
      leaf('Name', MANAGE, 'ZeroOrOne', 'Name to show'),
      leaf('AddrType', MANAGE, 'ZeroOrOne', 'What Addr is: APN, IPv4, IPv6, E164'),
      leaf('Addr', MANAGE, 'One', 'Address of the access point, such as its APN'),
      interior('IP', MANAGE, 'ZeroOrOne', 'Addresses of the device there', [
        interior('IPv4', MANAGE, 'ZeroOrOne', 'By IPv4', ADDRESSES),
        interior('IPv6', MANAGE, 'ZeroOrOne', 'By IPv6', ADDRESSES),
      ]),
      interior('AuthInfo', MANAGE, 'ZeroOrOne', 'How the device proves itself to the network', [
        leaf('AuthType', MANAGE, 'ZeroOrOne', 'Scheme, such as PAP or CHAP'),
        leaf('AuthName', MANAGE, 'ZeroOrOne', 'User name'),
        leaf('AuthSecret', WRITE, 'ZeroOrOne', 'Password'),
      ]),
      leaf('BearerType', MANAGE, 'ZeroOrOne', 'Kind of network, such as 3GPPPS'),
      interior('BearerParams', MANAGE, 'ZeroOrOne', 'What belongs to that kind of network'),
      interior('Ext', MANAGE, 'ZeroOrOne', 'Extensions by the manufacturer'),
    ],
    { path: NAP_URI, types: [URN] },
  ),
};

/** An access point of the network. */
export interface AccessPoint {
  /** Identifier, as provisioning documents have it. */
  readonly id?: string | undefined;
  /** Name to show. */
  readonly name?: string | undefined;
  /** What `addr` is, `APN` for most. */
  readonly addrType?: string | undefined;
  /** Address of the access point: an APN such as `internet.example`. */
  readonly addr: string;
  /** Scheme by which the device proves itself, such as `PAP` or `CHAP`. */
  readonly authType?: string | undefined;
  readonly authName?: string | undefined;
  /** Password; no server may read it back. */
  readonly authSecret?: string | undefined;
  /** Kind of network, such as `3GPPPS`. */
  readonly bearerType?: string | undefined;
}

const FIELDS: Fields<AccessPoint> = {
  id: text('ID'),
  name: text('Name'),
  addrType: text('AddrType'),
  addr: text('Addr'),
  authType: text('AuthInfo/AuthType'),
  authName: text('AuthInfo/AuthName'),
  authSecret: text('AuthInfo/AuthSecret'),
  bearerType: text('BearerType'),
};

/**
 * The nodes of an access point.
 *
 * @param root URI of the instance, `./NAP/Internet`.
 */
export function accessPointNodes(root: string, point: AccessPoint): NodeValue[] {
  return [instanceNode(root, NAP_OBJECT), ...branchNodes(root, fieldNodes(FIELDS, root, point))];
}

/** An access point as far as it is known. */
export function readAccessPoint(root: string, tree: TreeReader): Partial<AccessPoint> {
  return readFields(FIELDS, root, tree);
}
