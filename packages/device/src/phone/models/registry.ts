import type { DeviceRecord } from '../../tree-store/index.ts';
import { LEGACY_MODEL } from './legacy.ts';
import type { Model } from './model.ts';
import { STANDARD_MODELS } from './standard.ts';
import { BRANDED_MODEL, OLD_MODEL, PLAIN_MODEL, STRICT_MODEL } from './variants.ts';

export { STANDARD_MODELS };

/** The models of phones that there are. A new one is a file beside this and a line here. */
export const MODELS: readonly Model[] = [
  ...STANDARD_MODELS,
  LEGACY_MODEL,
  BRANDED_MODEL,
  STRICT_MODEL,
  PLAIN_MODEL,
  OLD_MODEL,
];

/** The model of a name; undefined when there is none. */
export function modelNamed(name: string): Model | undefined {
  return MODELS.find((model) => model.name === name);
}

/** The model that a stored phone is of, by what its DevInfo says; undefined when there is no such model. */
export function storedModel({ tree }: Pick<DeviceRecord, 'tree'>): Model | undefined {
  const devInfo = tree.root.children?.find(({ name }) => name === 'DevInfo');
  const textOf = (wanted: string) => devInfo?.children?.find(({ name }) => name === wanted)?.data;
  const [man, mod] = [textOf('Man'), textOf('Mod')];
  return MODELS.find((model) => model.devInfo.man === man && model.devInfo.mod === mod);
}
