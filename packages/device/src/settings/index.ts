/** The phone's tree as its user sees and changes it. */
export { changeSetting, type SettingChange } from './change.ts';
export { descriptionOf, isSecret } from './described.ts';
export {
  instanceAround,
  isEditable,
  isForUser,
  isRemovable,
  isSelectable,
  type Settings,
  settingsOf,
} from './editable.ts';
