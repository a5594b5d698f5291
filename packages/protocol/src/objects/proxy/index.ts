/**
 * Proxy: a gateway or proxy between a device and the services it uses (OMA-DDS-DM_ConnMO, ConnMO proxies).
 *
 * How sure each fact is: the nodes ProxyId, Name, ToConRef, Addr, AddrType, Ports, ProxyType, AuthInfo, ProxyParams and
 * Ext were read in public code of a maker that implements the object; the registered description was not at hand. The
 * registry has a family of identifiers for HTTP, WAP and SOCKS proxies; the one here is formed as theirs are, from the
 * name of the family, and may be none of them.
 */
import { branchNodes } from '../branch.ts';
import { readToConRef, TO_CON_REF, toConRefNodes } from '../connectivity.ts';
import { interior, leaf, MANAGE, WRITE } from '../describe.ts';
import { count, type Fields, fieldNodes, readFields, text } from '../fields.ts';
import { childUri, instanceNode, type ManagementObject, type NodeValue, type TreeReader } from '../object.ts';

const URN = 'urn:oma:mo:oma-connmo-proxy:1.0';

/** Where Grove's own device keeps its proxies. */
export const PROXY_URI = './Proxy';

export const PROXY_OBJECT: ManagementObject = {
  urn: URN,
  title: 'Proxies',
  ddf: interior(
    undefined,
    MANAGE,
    'ZeroOrMore',
    'One gateway or proxy',
    [
      leaf('ProxyId', MANAGE, 'ZeroOrOne', 'Identifier, as provisioning documents have it'),
      leaf('Name', MANAGE, 'ZeroOrOne', 'Name to show'),
      leaf('ProxyType', MANAGE, 'ZeroOrOne', 'What it is: HTTP, WAP, SOCKS'),
      TO_CON_REF,
      leaf('Addr', MANAGE, 'One', 'Its address'),
      leaf('AddrType', MANAGE, 'ZeroOrOne', 'What Addr is: URI, IPv4, IPv6'),
      interior('Ports', MANAGE, 'ZeroOrOne', 'Its ports', [
        interior(undefined, MANAGE, 'OneOrMore', 'One of them', [
          leaf('PortNbr', MANAGE, 'One', 'Port number in decimal'),
        ]),
      ]),
      interior('AuthInfo', MANAGE, 'ZeroOrOne', 'How the device proves itself to it', [
        leaf('AuthType', MANAGE, 'ZeroOrOne', 'Scheme'),
        leaf('AuthName', MANAGE, 'ZeroOrOne', 'User name'),
        leaf('AuthSecret', WRITE, 'ZeroOrOne', 'Password'),
      ]),
      interior('ProxyParams', MANAGE, 'ZeroOrOne', 'What belongs to its kind'),
      interior('Ext', MANAGE, 'ZeroOrOne', 'Extensions by the manufacturer'),
    ],
    { path: PROXY_URI, types: [URN] },
  ),
};

/** A gateway or proxy. */
export interface ProxySettings {
  /** Identifier, as provisioning documents have it. */
  readonly proxyId?: string | undefined;
  /** Name to show. */
  readonly name?: string | undefined;
  /** What it is, such as `HTTP` or `WAP`. */
  readonly proxyType?: string | undefined;
  readonly addr: string;
  /** What `addr` is, such as `IPv4`. */
  readonly addrType?: string | undefined;
  /** Decimal numbers of its ports. */
  readonly ports?: readonly number[] | undefined;
  readonly authType?: string | undefined;
  readonly authName?: string | undefined;
  /** Password; no server may read it back. */
  readonly authSecret?: string | undefined;
  /** URIs of the access points through which it is reached. */
  readonly toConRef?: readonly string[] | undefined;
}

const FIELDS: Fields<Omit<ProxySettings, 'ports' | 'toConRef'>> = {
  proxyId: text('ProxyId'),
  name: text('Name'),
  proxyType: text('ProxyType'),
  addr: text('Addr'),
  addrType: text('AddrType'),
  authType: text('AuthInfo/AuthType'),
  authName: text('AuthInfo/AuthName'),
  authSecret: text('AuthInfo/AuthSecret'),
};
const PORT: Fields<{ port: number }> = { port: count('PortNbr') };

/**
 * The nodes of a proxy.
 *
 * @param root URI of the instance, `./Proxy/MMS`.
 */
export function proxyNodes(root: string, proxy: ProxySettings): NodeValue[] {
  const ports = (proxy.ports ?? []).flatMap((port, index) =>
    fieldNodes(PORT, childUri(root, `Ports/${index + 1}`), { port }),
  );
  return [
    instanceNode(root, PROXY_OBJECT),
    ...branchNodes(root, [...fieldNodes(FIELDS, root, proxy), ...ports]),
    ...toConRefNodes(root, proxy.toConRef),
  ];
}

/** A proxy as far as it is known. */
export function readProxy(root: string, tree: TreeReader): Partial<ProxySettings> {
  const at = childUri(root, 'Ports');
  const ports = tree
    .children(at)
    .map((name) => readFields(PORT, childUri(at, name), tree).port)
    .filter((port) => port !== undefined);
  return {
    ...readFields(FIELDS, root, tree),
    ...(ports.length > 0 ? { ports } : {}),
    ...readToConRef(root, tree),
  };
}
