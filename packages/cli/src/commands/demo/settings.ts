import type { DeviceStore } from '@grove/device';
import { MMS_OBJECT, MMS_URI, type Mms, mmsNodes, type NodeSnapshot } from '@grove/protocol';
import type { ProfileInput } from '@grove/server';

/** The operator has moved its MMS proxy, and takes larger messages now. */
export const NEW_SETTINGS: Mms = {
  name: 'MMS',
  addr: 'http://mms.example.net/mms/wapenc',
  cm: 'free',
  rm: 'yes',
  ms: 614_400,
};

/** Where the phones have them. */
const ROOT = `${MMS_URI}/Operator`;

/** What every phone should have. */
export function profileOf(settings: Mms): ProfileInput {
  return {
    root: ROOT,
    object: MMS_OBJECT.urn,
    nodes: leavesOf(settings).map(({ path, format, data }) => ({ path, value: data, format })),
  };
}

function leavesOf(settings: Mms) {
  return mmsNodes(ROOT, settings).flatMap(({ path, value }) =>
    value === 'node' || value.format === 'node' || typeof value.data !== 'string'
      ? []
      : [{ path: path.slice(ROOT.length + 1), format: value.format, data: value.data }],
  );
}

/** Whether a phone's own tree, as it lies on the disk, has the settings. */
export async function hasOnDisk(store: DeviceStore, devId: string, settings: Mms): Promise<boolean> {
  const record = await store.load(devId);
  if (record === undefined) return false;
  return leavesOf(settings).every(
    ({ path, data }) => nodeAt(record.tree.root, `${ROOT}/${path}`)?.data === data,
  );
}

function nodeAt(root: NodeSnapshot, uri: string): NodeSnapshot | undefined {
  let node: NodeSnapshot | undefined = root;
  for (const name of uri.split('/').slice(1)) {
    node = node?.children?.find((child) => child.name === name);
  }
  return node;
}
