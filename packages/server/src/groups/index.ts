/** Groups of devices: those of a list, or those for which a query holds. */
export {
  createGroup,
  deleteGroup,
  type Group,
  type GroupChanges,
  groupGeneration,
  listGroups,
  type NewGroup,
  showGroup,
  updateGroup,
} from './group.ts';
export { asInput, checkQuery, type Named, prepareQuery, readNamed } from './meaning.ts';
export {
  changeMembers,
  countMembers,
  devicesNamed,
  groupMembers,
  groupsOfDevice,
  listedDevices,
  type MembersChanged,
  type Membership,
  requireDevices,
} from './members.ts';
export { type GroupUser, releaseGroups, useGroups } from './uses.ts';
export type { Variables, VariableValue } from './variables.ts';
