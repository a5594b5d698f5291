export { type Acl, type AclCommand, AclSyntaxError, formatAcl, parseAcl, revoke } from './acl.ts';
export { type Allowed, checkAllowed } from './allowed.ts';
export {
  type AccessCommand,
  type DdfDocument,
  type DdfNode,
  describedAt,
  minOccurrence,
  type Occurrence,
  type Scope,
} from './ddf.ts';
export { parseDdf, readDdf, serializeDdf } from './ddf-document.ts';
export { Description, describe, type Home, homeOf } from './description.ts';
export { TreeError } from './error.ts';
export { type Instance, type InstanceState, inUse, LockedError, serviceOf } from './instance-state.ts';
export type { Capacity } from './node-store.ts';
export { type Actor, DEVICE, USER } from './rights.ts';
export { type NodeSnapshot, ROOT_ACL, type TreeSnapshot } from './snapshot.ts';
export {
  parseTnds,
  type ReadTndsNode,
  readTnds,
  serializeTnds,
  type TndsFilter,
  type TndsNode,
  tndsMarkup,
} from './tnds.ts';
export { addTnds, replaceTnds } from './tnds-tree.ts';
export { type ListedNode, ManagementTree, type TreeOptions } from './tree.ts';
export {
  checkName,
  isMark,
  type ListQuery,
  MARKS,
  type Mark,
  PROPERTIES,
  type PropertyName,
  Uri,
  type UriLimits,
} from './uri.ts';
export { type TreeRule, type ValidatedNode, type Violation, validateTree } from './validate.ts';
export {
  detached,
  FORMATS,
  type Format,
  formatOf,
  type HeldValue,
  initialValue,
  isStored,
  type LeafData,
  type LeafValue,
  normaliseValue,
  type StoredValue,
  sizeOf,
  ValueError,
} from './value.ts';
