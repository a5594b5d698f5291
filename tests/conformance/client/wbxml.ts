/**
 * WBXML put together token by token, for cases about the encoding itself. Tokens are those of SyncML 1.2, MetInf 1.2
 * and DM DDF 1.2, written down here anew so that nothing of Grove's codec stands behind them.
 */

/** Code page 0: SyncML 1.2. */
const SYNCML = {
  Add: 0x05,
  Cmd: 0x0a,
  CmdID: 0x0b,
  CmdRef: 0x0c,
  Cred: 0x0e,
  Data: 0x0f,
  Final: 0x12,
  Get: 0x13,
  Item: 0x14,
  LocName: 0x16,
  LocURI: 0x17,
  Meta: 0x1a,
  MsgID: 0x1b,
  MsgRef: 0x1c,
  Replace: 0x20,
  SessionID: 0x25,
  Source: 0x27,
  Status: 0x29,
  SyncBody: 0x2b,
  SyncHdr: 0x2c,
  SyncML: 0x2d,
  Target: 0x2e,
  VerDTD: 0x31,
  VerProto: 0x32,
} as const;

/** Code page 1: MetInf 1.2. */
const METINF = { Format: 0x07, MetInf: 0x0e, Type: 0x13 } as const;

/** Code page 2: DM DDF 1.2, of which TNDS is made. */
const DMDDF = {
  chr: 0x0b,
  Format: 0x1c,
  MgmtTree: 0x20,
  MIME: 0x21,
  Node: 0x24,
  node: 0x25,
  NodeName: 0x26,
  RTProperties: 0x2f,
  Type: 0x35,
  Value: 0x36,
  VerDTD: 0x37,
} as const;

const SWITCH_PAGE = 0x00;
const END = 0x01;
const STR_I = 0x03;
const STR_T = 0x83;
const OPAQUE = 0xc3;
const WITH_CONTENT = 0x40;
/** MIBenum of UTF-8. */
const UTF_8 = 0x6a;

export type Octets = readonly number[];

/** Seven bits in each byte, the most significant first, all but the last with the high bit set. */
export function mbUint(value: number): Octets {
  const low = value & 0x7f;
  const rest: number[] = [];
  for (let left = value >>> 7; left > 0; left >>>= 7) rest.unshift((left & 0x7f) | 0x80);
  return [...rest, low];
}

const bytesOf = (text: string): Octets => [...new TextEncoder().encode(text)];

/** An element with content, which ends with END. */
export function tag(name: keyof typeof SYNCML, ...content: Octets[]): Octets {
  return element(SYNCML[name], content);
}

/** An element without content. */
export const empty = (name: keyof typeof SYNCML): Octets => [SYNCML[name]];

export const metinf = (name: keyof typeof METINF, ...content: Octets[]): Octets =>
  element(METINF[name], content);

export const dmddf = (name: keyof typeof DMDDF, ...content: Octets[]): Octets =>
  content.length === 0 ? [DMDDF[name]] : element(DMDDF[name], content);

function element(token: number, content: readonly Octets[]): Octets {
  return [token | WITH_CONTENT, ...content.flat(), END];
}

export const page = (number: number): Octets => [SWITCH_PAGE, number];
export const text = (value: string): Octets => [STR_I, ...bytesOf(value), 0];
/** A string by its place in the string table. */
export const tableText = (offset: number): Octets => [STR_T, ...mbUint(offset)];
export const opaque = (bytes: Uint8Array | string): Octets => {
  const octets = typeof bytes === 'string' ? bytesOf(bytes) : [...bytes];
  return [OPAQUE, ...mbUint(octets.length), ...octets];
};

/** Meta with MetInf elements on their page, back on page 0 after the END of Meta. */
export const meta = (...content: Octets[]): Octets => [
  SYNCML.Meta | WITH_CONTENT,
  ...page(1),
  ...content.flat(),
  END,
  ...page(0),
];

export interface DocumentParts {
  /** 0x01 = WBXML 1.1, 0x02 = 1.2, 0x03 = 1.3. */
  readonly version?: number;
  /** A registered number, or the identifier itself, which then stands in the string table. */
  readonly publicId?: number | string;
  /** What else the string table holds; each is followed by a zero byte. */
  readonly strings?: readonly string[];
}

/** Registered number of SyncML 1.2. */
export const SYNCML_1_2 = 0x1201;

export function document(
  root: Octets,
  { version = 0x02, publicId = SYNCML_1_2, strings = [] }: DocumentParts = {},
): Uint8Array {
  const isNamed = typeof publicId === 'string';
  // An identifier of its own comes last in the table, so that the other strings keep their places.
  const table = [...strings, ...(isNamed ? [publicId] : [])].flatMap((each) => [...bytesOf(each), 0]);
  const at = strings.reduce((sum, each) => sum + bytesOf(each).length + 1, 0);
  const id = isNamed ? [0, ...mbUint(at)] : mbUint(publicId);
  return Uint8Array.from([version, ...id, UTF_8, ...mbUint(table.length), ...table, ...root]);
}
