import { MODELS, type Model, modelNamed } from '@grove/device';
import { UsageError } from '../program/index.ts';

/**
 * The model of virtual phones that has a name.
 *
 * @throws {UsageError} when there is none: says which there are
 */
export function findModel(name: string): Model {
  const model = modelNamed(name);
  if (model !== undefined) return model;
  throw new UsageError(`no model ${name}: there are ${MODELS.map((each) => each.name).join(', ')}`);
}

/**
 * The models that a list of names stands for, `mix` for all.
 *
 * @throws {UsageError} for a name that no model has
 */
export function modelsFrom(names: string): readonly Model[] {
  return names === 'mix' ? MODELS : names.split(',').map((name) => findModel(name.trim()));
}
