export { modelDdf } from './description.ts';
export type { Model } from './model.ts';
export { MODELS, modelNamed, modelOf, STANDARD_MODELS } from './registry.ts';
