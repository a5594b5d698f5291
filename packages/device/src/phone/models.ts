import type { DevDetail, DevInfo, Mms } from '@grove/protocol';

/** A type of phone: what all its devices have in common when they leave the factory. */
export interface Model {
  readonly devInfo: Omit<DevInfo, 'devId'>;
  readonly devDetail: DevDetail;
  /** MMS settings by the names of their nodes below `./MMS`. */
  readonly mms: Readonly<Record<string, Mms>>;
  /** Whether instances have the properties Active, Default and Locked; they do unless this is false. */
  readonly instanceState?: boolean | undefined;
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

/** Settings of an operator that has moved its proxy since: what a campaign is there to mend. */
const OUTDATED: Mms = {
  name: 'MMS',
  addr: 'http://mms.old.example.com/mms/wapenc',
  cm: 'warning',
  rm: 'yes',
  ms: 102_400,
};

function phone(
  man: string,
  mod: string,
  lang: string,
  versions: { fwV: string; swV: string; hwV: string },
): Model {
  const { dmV, ...client } = CLIENT;
  return {
    devInfo: { man, mod, dmV, lang },
    devDetail: { ...client, oem: man, ...versions },
    mms: { Operator: OUTDATED },
  };
}

/** Phones of makers that do not exist. */
export const MODELS = [
  phone('Arbor', 'Birch 2', 'en-GB', { fwV: 'B2.1.0.4', swV: '4.2', hwV: 'rev 3' }),
  phone('Arbor', 'Cedar', 'en-US', { fwV: 'CD.3.2.0', swV: '5.0', hwV: 'rev 1' }),
  phone('Foliage', 'F-110', 'de-DE', { fwV: 'F110_0921', swV: '2.7.1', hwV: 'A' }),
  phone('Xylem Mobile', 'X1 Mini', 'fr-FR', { fwV: '1.08', swV: '1.08', hwV: '0.9' }),
] as const satisfies readonly Model[];
