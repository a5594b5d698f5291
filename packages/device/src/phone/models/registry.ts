import { LEGACY_MODEL } from './legacy.ts';
import type { Model } from './model.ts';
import { STANDARD_MODELS } from './standard.ts';

export { STANDARD_MODELS };

/** The models of phones that there are. A new one is a file beside this and a line here. */
export const MODELS: readonly Model[] = [...STANDARD_MODELS, LEGACY_MODEL];

/** The model of a name; undefined when there is none. */
export function modelNamed(name: string): Model | undefined {
  return MODELS.find((model) => model.name === name);
}

/** The model that says of itself that it is this; undefined when there is none. */
export function modelOf(man: string, mod: string): Model | undefined {
  return MODELS.find(({ devInfo }) => devInfo.man === man && devInfo.mod === mod);
}
