export { modelDdf } from './description.ts';
export type { Model } from './model.ts';
export { MODELS, modelNamed, STANDARD_MODELS, storedModel } from './registry.ts';
