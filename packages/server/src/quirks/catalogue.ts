import type { Lack, Traits } from '../session/index.ts';

/** Something that a model does otherwise, and what the server does about it. */
export interface Quirk {
  readonly says: string;
  /** What the session engine is told. */
  readonly traits: Traits;
  /** What devices show by their answers; absent where only a person can know. */
  readonly shownBy?: Lack['feature'];
}

/** The quirks that the server minds: each changes what it sends. */
export const QUIRKS = {
  'no-list': {
    says: 'It has no ?list=Struct and ?list=StructData: nodes are read one by one.',
    traits: { list: false },
    shownBy: 'list',
  },
  'no-tnds': {
    says: 'It has no serialized trees (TNDS): sub-trees are read node by node, and made in an Atomic or by single Adds.',
    traits: { tnds: false },
    shownBy: 'tnds',
  },
  'no-atomic': {
    says: 'It has no Atomic: where a step allows it, its commands are sent one by one.',
    traits: { atomic: false },
    shownBy: 'atomic',
  },
  'no-sequence': {
    says: 'It has no Sequence: each command is sent when the one before has been carried out.',
    traits: { sequence: false },
    shownBy: 'sequence',
  },
  'no-large-objects': {
    says: 'It does not put the pieces of a value together: a value is sent in one message or not at all.',
    traits: { largeObjects: false },
    shownBy: 'largeObjects',
  },
  'no-instance-state': {
    says: 'Its instances have no properties Active, Default and Locked: what stands for them is set instead, where there is something.',
    traits: { instanceState: false },
    shownBy: 'instanceState',
  },
  'final-ignored': {
    says: 'It takes every message for a whole package: nothing is spread over messages, as values in pieces are.',
    traits: { largeObjects: false },
  },
  'syncml-1.1-id': {
    says: 'It reads SyncML 1.2 only under the namespace or public identifier of 1.1, which messages then have.',
    traits: { documentVersion: '1.1' },
  },
} as const satisfies Readonly<Record<string, Quirk>>;

export type QuirkName = keyof typeof QUIRKS;

export const QUIRK_NAMES = Object.keys(QUIRKS) as QuirkName[];

/** The quirk that a lack shows; undefined when there is none. */
export function quirkOf(feature: Lack['feature']): QuirkName | undefined {
  return QUIRK_NAMES.find((name) => {
    const quirk: Quirk = QUIRKS[name];
    return quirk.shownBy === feature;
  });
}

/** Whether a name is that of a quirk: rows of another Grove may have others. */
export function isQuirkName(name: string): name is QuirkName {
  return Object.hasOwn(QUIRKS, name);
}
