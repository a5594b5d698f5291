/** Models of devices: their descriptions, and where they have neutral settings. */
export { describeInstance, homeOnModel, type ObjectHome, standardHome } from './describe.ts';
export { encodingOf, modelNamed } from './find.ts';
export { layMapping, type MappedService, type MappedSetting, type Mapping } from './mapping.ts';
export type { DeviceModel } from './model.ts';
export { ModelMapping } from './schema.ts';
export { STANDARD_MAPPING } from './standard.ts';
export {
  deleteModel,
  describedObjects,
  descriptionOf,
  findModel,
  listModels,
  type ModelDetail,
  type ModelSummary,
  readDescription,
  setModel,
  showModel,
} from './store.ts';
