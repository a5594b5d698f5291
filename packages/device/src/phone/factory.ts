/** A device's tree as it leaves the factory. */
import {
  type DdfNode,
  DEVICE,
  DEVINFO_URI,
  DMACC_URI,
  type DmAcc,
  ManagementTree,
  type NodeValue,
  serviceOf,
  type TreeSnapshot,
  type UriLimits,
} from '@grove/protocol';
import type { Factory, ObjectHandler } from '../objects/index.ts';
import type { Model } from './models/index.ts';

/** Name of the account's node below `./DMAcc`. */
const ACCOUNT = 'Operator';

/** Most that servers may make of a phone's tree: nodes, and bytes of their values. */
const CAPACITY = { nodes: 20_000, bytes: 8 * 1024 * 1024 } as const;

/** What a tree is made with. */
export interface TreeMaking {
  readonly handlers: readonly ObjectHandler[];
  readonly model: Model;
  readonly now: () => Date;
}

const descriptions = new WeakMap<readonly ObjectHandler[], readonly DdfNode[]>();

/** The descriptions of what the handlers stand for: always the same list, for trees share what they make of it. */
function ddfOf(handlers: readonly ObjectHandler[]): readonly DdfNode[] {
  let ddf = descriptions.get(handlers);
  if (ddf === undefined) {
    ddf = handlers.map(({ object }) => object.ddf);
    descriptions.set(handlers, ddf);
  }
  return ddf;
}

/** A tree that goes on from a snapshot. */
export function treeOf({ handlers, model, now }: TreeMaking, snapshot?: TreeSnapshot): ManagementTree {
  const { maxDepth, maxTotLen, maxSegLen } = model.devDetail;
  const limits: UriLimits = { maxDepth, maxTotLen, maxSegLen };
  return new ManagementTree({
    capacity: CAPACITY,
    ddf: ddfOf(handlers),
    now,
    limits,
    instanceState: model.instanceState,
    ...(snapshot === undefined ? {} : { snapshot }),
  });
}

/** The tree of a new device: what its model has, its DevId and its account. */
export function factoryTree(making: TreeMaking, devId: string, account: DmAcc): ManagementTree {
  const { serverId } = account;
  const tree = treeOf(making, modelSnapshot(making, serverId));
  const factory: Factory = {
    devInfo: { ...making.model.devInfo, devId },
    devDetail: making.model.devDetail,
    accounts: { [ACCOUNT]: account },
  };
  const own = making.handlers
    .flatMap((handler) => handler.initial(factory))
    .filter(({ path }) => path === `${DEVINFO_URI}/DevId` || path.startsWith(`${DMACC_URI}/`));
  for (const node of own) put(tree, node);
  grant(
    tree,
    `${DMACC_URI}/${ACCOUNT}`,
    `Add=${serverId}&Delete=${serverId}&Get=${serverId}&Replace=${serverId}`,
  );
  return tree;
}

/** By model, handlers and ServerID. */
const snapshots = new WeakMap<Model, WeakMap<readonly ObjectHandler[], Map<string, TreeSnapshot>>>();
/** Servers for which a snapshot of a model is kept: a fleet has one. */
const SERVERS = 8;

/** What all devices of a model and a server have in common; one object, so that their trees share its nodes. */
function modelSnapshot(making: TreeMaking, serverId: string): TreeSnapshot {
  const { model, handlers } = making;
  const ofModel = snapshots.get(model) ?? new WeakMap<readonly ObjectHandler[], Map<string, TreeSnapshot>>();
  snapshots.set(model, ofModel);
  const ofServers = ofModel.get(handlers) ?? new Map<string, TreeSnapshot>();
  ofModel.set(handlers, ofServers);
  let snapshot = ofServers.get(serverId);
  if (snapshot === undefined) {
    const tree = treeOf(making);
    const { devInfo, devDetail, settings } = model;
    const factory: Factory = { devInfo: { ...devInfo, devId: '' }, devDetail, accounts: {} };
    for (const node of handlers.flatMap((handler) => handler.initial(factory))) put(tree, node);
    const mounts = new Set(handlers.map(({ mount }) => mount));
    for (const node of settings) if (isBelowOneOf(mounts, node.path)) put(tree, node);
    markDefaults(tree);
    for (const { mount, acl } of handlers) if (acl !== undefined) grant(tree, mount, acl(serverId));
    snapshot = tree.snapshot();
    if (ofServers.size >= SERVERS) ofServers.clear();
    ofServers.set(serverId, snapshot);
  }
  return snapshot;
}

/** Of the instances that a phone is sold with the first of each service is Default, so that it uses one. */
function markDefaults(tree: ManagementTree): void {
  if (!tree.hasInstanceState) return;
  const services = Map.groupBy(tree.instances(), ({ urn }) => serviceOf(urn));
  for (const [first] of services.values()) {
    const isOfService = first !== undefined && tree.instanceInUse(first.urn) === undefined;
    if (isOfService)
      tree.replace(`${first.uri}?prop=Default`, { format: 'chr', type: 'text/plain', data: 'true' }, DEVICE);
  }
}

/** Whether the phone has the object that a setting belongs to, which whoever gives it other handlers may leave out. */
function isBelowOneOf(mounts: ReadonlySet<string>, path: string): boolean {
  for (let at = path.length; at > 0; at = path.lastIndexOf('/', at - 1))
    if (mounts.has(path.slice(0, at))) return true;
  return false;
}

function put(tree: ManagementTree, { path, value }: NodeValue): void {
  const isInterior = value === 'node' || value.format === 'node';
  if (!tree.has(path)) tree.add(path, value, DEVICE);
  else if (!isInterior) tree.replace(path, value, DEVICE);
}

function grant(tree: ManagementTree, uri: string, acl: string): void {
  if (tree.has(uri))
    tree.replace(`${uri}?prop=ACL`, { format: 'chr', type: 'text/plain', data: acl }, DEVICE);
}
