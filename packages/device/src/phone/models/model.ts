import type { DevDetail, DevInfo, NodeValue } from '@grove/protocol';
import type { ObjectHandler } from '../../objects/index.ts';
import type { OptionalFeature } from '../../session/index.ts';

/** A type of phone: what all its devices have in common when they leave the factory. */
export interface Model {
  /** By which it is chosen: `birch-2`. */
  readonly name: string;
  /** What sets it apart, for a person. */
  readonly says: string;
  readonly devInfo: Omit<DevInfo, 'devId'>;
  readonly devDetail: DevDetail;
  /** What stands behind its tree; one list for all devices of the model, so that they share what is made of it. */
  readonly handlers: readonly ObjectHandler[];
  /** The settings that it is sold with, besides what its objects have from the start; parents before children. */
  readonly settings: readonly NodeValue[];
  /** Whether instances have the properties Active, Default and Locked; they do unless this is false. */
  readonly instanceState?: boolean | undefined;
  /** What its client leaves out of the standard; nothing unless told. */
  readonly lacks?: readonly OptionalFeature[] | undefined;
}

/** What the client does, whatever the phone it runs on. */
const CLIENT = {
  dmV: '1.2',
  maxDepth: 16,
  maxTotLen: 255,
  maxSegLen: 64,
  devTyp: 'phone',
  lrgObj: true,
} as const;

/** Who made a model, and which versions of what are in it. */
export interface Make {
  readonly man: string;
  readonly mod: string;
  /** Language of its user interface. */
  readonly lang: string;
  readonly fwV: string;
  readonly swV: string;
  readonly hwV: string;
}

/** A model of a phone. */
export function phoneModel(
  { man, mod, lang, ...versions }: Make,
  rest: Omit<Model, 'devInfo' | 'devDetail'>,
): Model {
  const { dmV, ...client } = CLIENT;
  return {
    ...rest,
    devInfo: { man, mod, dmV, lang },
    devDetail: { ...client, oem: man, ...versions },
  };
}
