import { describe, expect, it } from 'vitest';
import {
  type DdfNode,
  DEVICE,
  describedAt,
  type LeafValue,
  ManagementTree,
  parseDdf,
  serializeDdf,
  TreeError,
} from '../tree/index.ts';
import {
  type AccessPoint,
  accessPointNodes,
  BROWSER_URI,
  type Browser,
  browserNodes,
  DATA_SERVICE_URI,
  type DataService,
  type DevicePolicy,
  DMACC_OBJECT,
  type DmAcc,
  dataServiceNodes,
  devDetailNodes,
  devInfoNodes,
  dmAccNodes,
  EMAIL_URI,
  type EmailAccount,
  emailNodes,
  findObjects,
  MANAGEMENT_OBJECTS,
  type Mms,
  mmsNodes,
  NAP_URI,
  type NodeValue,
  nonceUri,
  objectOf,
  POLICY_URI,
  PROXY_URI,
  type ProxySettings,
  policyInForce,
  policyNodes,
  proxyNodes,
  readAccessPoint,
  readBrowser,
  readDataService,
  readDevDetail,
  readDevInfo,
  readDmAcc,
  readEmail,
  readMms,
  readPolicy,
  readProxy,
  type TypedTreeReader,
} from './index.ts';

/** A tree of nothing but these nodes. */
function treeOf(nodes: readonly NodeValue[]): TypedTreeReader {
  const known = new Map(nodes.map((node) => [node.path, node]));
  return {
    read(uri) {
      const value = known.get(uri)?.value;
      return value === undefined || value === 'node' || value.format === 'node' ? undefined : value.data;
    },
    children(uri) {
      const names = [...known.keys()]
        .filter((path) => path.startsWith(`${uri}/`))
        .map((path) => path.slice(uri.length + 1).split('/', 1)[0] as string);
      return [...new Set(names)];
    },
    type(uri) {
      const value = known.get(uri)?.value;
      return value === undefined || value === 'node' ? undefined : value.type;
    },
  };
}

const nonce = Uint8Array.of(1, 2, 3, 255);
const account = {
  serverId: 'com.example.manage',
  name: 'Example',
  prefConRef: './NAP/1',
  toConRef: ['./NAP/1', './NAP/2'],
  addresses: [{ node: '1', addr: 'https://dm.example.com/dm', addrType: 'URI', ports: [443, 8443] }],
  authPref: 'DIGEST',
  auth: [
    { node: '1', level: 'CLCRED', type: 'DIGEST', name: 'device', secret: 'secret', data: nonce },
    { node: 'server', level: 'SRVCRED', type: 'BASIC', name: 'server', secret: 'other' },
  ],
} satisfies DmAcc;

describe('a DM account', () => {
  const root = './DMAcc/Operator';
  const nodes = dmAccNodes(root, account);

  it('is read as it was written, parents before children', () => {
    expect(readDmAcc(root, treeOf(nodes))).toEqual(account);
    const written = new Set([root.slice(0, root.lastIndexOf('/'))]);
    for (const { path } of nodes) {
      expect(written).toContain(path.slice(0, path.lastIndexOf('/')));
      written.add(path);
    }
  });

  it('has its nonce as bytes in a node that can be addressed', () => {
    const [client] = account.auth;
    expect(client && treeOf(nodes).read(nonceUri(root, client))).toEqual(nonce);
  });

  it('is found wherever it stands and whatever its minor version', () => {
    const elsewhere = './SyncML/DMAcc/x';
    const [, ...rest] = dmAccNodes(elsewhere, account);
    const newer = { format: 'node', type: 'urn:oma:mo:oma-dm-dmacc:1.1', data: '' } as const;
    const tree = treeOf([{ path: elsewhere, value: newer }, ...rest]);
    const object = objectOf('urn:oma:mo:oma-dm-dmacc:1.0');
    expect(object && findObjects(object, tree)).toEqual([elsewhere]);
  });

  it('is refused with the node that is missing or wrong', () => {
    const without = (name: string) => treeOf(nodes.filter(({ path }) => !path.startsWith(`${root}/${name}`)));
    expect(() => readDmAcc(root, without('ServerID'))).toThrow(`${root}/ServerID: missing`);
    expect(() => readDmAcc(root, without('AppAddr'))).toThrow(`${root}/AppAddr: no address`);
    const other = mmsNodes(root, { addr: 'http://mms.example.com' });
    expect(() => readDmAcc(root, treeOf(other))).toThrow(`${root}/AppID: "w4": expected w7`);
  });
});

describe('the other objects', () => {
  it('are read as they were written', () => {
    const info = { devId: 'IMEI:1', man: 'Grove', mod: 'One', dmV: '1.2', lang: 'en-GB' };
    expect(readDevInfo(treeOf(devInfoNodes(info)))).toEqual(info);
    const detail = { maxDepth: 0, maxTotLen: 255, maxSegLen: 32, devTyp: 'phone', oem: 'Grove' };
    const versions = { fwV: '1', swV: '2', hwV: '3', lrgObj: true };
    expect(readDevDetail(treeOf(devDetailNodes({ ...detail, ...versions })))).toEqual({
      ...detail,
      ...versions,
    });
    const mms: Mms = { name: 'MMS', addr: 'http://mms.example.com', ms: 307_200, toConRef: ['./NAP/1'] };
    expect(readMms('./MMS/1', treeOf(mmsNodes('./MMS/1', mms)))).toEqual(mms);
  });

  it('are read as far as they are known and make sense', () => {
    const odd = treeOf([
      { path: './DevDetail/LrgObj', value: { format: 'chr', type: '', data: ' TRUE' } },
      { path: './DevDetail/URI/MaxDepth', value: { format: 'chr', type: '', data: 'many' } },
    ]);
    expect(readDevDetail(odd)).toEqual({ lrgObj: true });
  });

  it('each have their own identifier, which the description says too', () => {
    expect(new Set(MANAGEMENT_OBJECTS.map(({ urn }) => urn)).size).toBe(MANAGEMENT_OBJECTS.length);
    for (const { urn, ddf } of MANAGEMENT_OBJECTS) {
      expect(ddf.types).toEqual([urn]);
      expect(objectOf(urn)?.ddf).toBe(ddf);
    }
  });
});

describe('a tree made by the descriptions', () => {
  const server = 'com.example.manage';
  const ddf = MANAGEMENT_OBJECTS.map((object) => object.ddf);
  const tree = new ManagementTree({ ddf, now: () => new Date(0) });

  it('has the permanent objects from the start, without Ext and Bearer', () => {
    expect(tree.get('./DevInfo', server)).toEqual({ children: ['DevId', 'Man', 'Mod', 'DmV', 'Lang'] });
    expect(tree.get('./DevDetail/URI/MaxDepth', server)).toMatchObject({ data: '0' });
    for (const { path, value } of devInfoNodes({ lang: 'de' })) {
      expect(() => tree.replace(path, value as LeafValue, server)).toThrow(TreeError);
      tree.replace(path, value as LeafValue, DEVICE);
      expect(tree.get(path, server)).toMatchObject({ data: 'de' });
    }
  });

  it('takes accounts and settings from a server, and gives no secret back', () => {
    const root = './DMAcc/Operator';
    const nodes = [...dmAccNodes(root, account), ...mmsNodes('./MMS/1', { addr: 'http://mms.example' })];
    for (const { path, value } of nodes) tree.add(path, value, server);
    expect(tree.find('urn:oma:mo:oma-dm-dmacc:1.0')).toEqual([root]);
    expect(tree.get(`${root}/ServerID`, server)).toMatchObject({ data: server });
    for (const secret of ['AAuthSecret', 'AAuthData']) {
      expect(() => tree.get(`${root}/AppAuth/1/${secret}`, server)).toThrow(TreeError);
      expect(tree.get(`${root}/AppAuth/1/${secret}`, DEVICE)).toHaveProperty('data');
    }
    expect(() => tree.add(`${root}/Unknown`, 'node', server)).toThrow(TreeError);
  });

  it('is described node by node', () => {
    const at = (path: string) => describedAt(DMACC_OBJECT.ddf, path.split('/'));
    expect(at('AppAddr/1/Port/x/PortNbr')).toMatchObject({ name: 'PortNbr', format: 'chr' });
    expect(at('AppAuth/1')).toMatchObject({ format: 'node' });
    expect(at('Ext/Vendor/Leaf')).toBe('open');
    expect(at('AppAuth/1/Unknown')).toBeUndefined();
    expect(at('Name/Below')).toBeUndefined();
    expect(describedAt(DMACC_OBJECT.ddf, [])).toBe(DMACC_OBJECT.ddf);
  });
});

describe('the description of each object', () => {
  it.each(MANAGEMENT_OBJECTS)('$title: written as a document, is read back equal', ({ ddf }) => {
    const document = { verDTD: '1.2', nodes: [ddf] };
    expect(parseDdf(serializeDdf(document, 'xml'), 'xml')).toEqual(document);
    const unbounded = { verDTD: '1.2', nodes: [withoutAllowed(ddf)] };
    expect(parseDdf(serializeDdf(document, 'wbxml'), 'wbxml')).toEqual(unbounded);
  });
});

/** As WBXML has it, where there is no element for the values that are allowed. */
function withoutAllowed({ allowed: _, children, ...rest }: DdfNode): DdfNode {
  return { ...rest, ...(children === undefined ? {} : { children: children.map(withoutAllowed) }) };
}

describe('settings of phones', () => {
  const point: AccessPoint = {
    name: 'MMS',
    addrType: 'APN',
    addr: 'mms.example',
    authType: 'PAP',
    authSecret: 's',
  };
  const proxy: ProxySettings = { addr: '192.0.2.1', ports: [9201, 8080], toConRef: ['./NAP/MMS'] };
  const browser: Browser = {
    homePage: 'http://a.example',
    bookmarks: [{ name: 'News', uri: 'http://b.example' }],
    toConRef: ['./NAP/Internet'],
  };
  const mail: EmailAccount = {
    address: 'a@example.com',
    protocol: 'IMAP4',
    incoming: 'imap.example.com',
    incomingPort: 993,
    incomingTls: true,
  };
  const service: DataService = { maxDownlink: 2048, maxUplink: 512, trafficClass: 'streaming', priority: 2 };
  const policy: DevicePolicy = { passwordRequired: true, minLength: 8, quality: 'numeric', camera: false };

  it.each([
    { is: point, nodes: accessPointNodes(NAP_URI, point), read: readAccessPoint, at: NAP_URI },
    { is: proxy, nodes: proxyNodes(PROXY_URI, proxy), read: readProxy, at: PROXY_URI },
    { is: browser, nodes: browserNodes(BROWSER_URI, browser), read: readBrowser, at: BROWSER_URI },
    { is: mail, nodes: emailNodes(EMAIL_URI, mail), read: readEmail, at: EMAIL_URI },
    {
      is: service,
      nodes: dataServiceNodes(DATA_SERVICE_URI, service),
      read: readDataService,
      at: DATA_SERVICE_URI,
    },
    { is: policy, nodes: policyNodes(POLICY_URI, policy), read: readPolicy, at: POLICY_URI },
  ])('are read at $at as they were written, parents before children', ({ is, nodes, read, at }) => {
    expect(read(at, treeOf(nodes))).toEqual(is);
    const written = new Set([at.slice(0, at.lastIndexOf('/'))]);
    for (const { path } of nodes) {
      expect(written).toContain(path.slice(0, path.lastIndexOf('/')));
      written.add(path);
    }
  });

  it('are held to the strictest of several policies, until its authority takes it away', () => {
    const others: DevicePolicy = {
      minLength: 6,
      quality: 'complex',
      camera: true,
      maxIdle: 0,
      roaming: true,
    };
    const own: DevicePolicy = { ...policy, maxIdle: 300 };
    const nodes = [...policyNodes(`${POLICY_URI}/A`, own), ...policyNodes(`${POLICY_URI}/B`, others)];
    expect(policyInForce(treeOf(nodes))).toEqual({
      passwordRequired: true,
      minLength: 8,
      quality: 'complex',
      maxAttempts: undefined,
      maxIdle: 300,
      camera: false,
      encryption: undefined,
      roaming: true,
    });
    expect(policyInForce(treeOf(policyNodes(`${POLICY_URI}/B`, others)))).toMatchObject({ camera: true });
  });
});
