/** Parameters of media types that WSP has numbers for (WSP, well-known parameter assignments). */

/** How the value of a parameter is written. */
export type ParameterType =
  /** A number of {@link CHARSETS}. */
  | 'charset'
  | 'integer'
  | 'media type'
  | 'text string'
  | 'text value'
  /** A short integer that stands for one of {@link SECURITY_METHODS}. */
  | 'security';

export interface Parameter {
  readonly code: number;
  readonly name: string;
  readonly type: ParameterType;
}

/** Of two with one name the first is written: receivers of the oldest encoding version know it. */
export const PARAMETERS: readonly Parameter[] = [
  { code: 0x01, name: 'charset', type: 'charset' },
  { code: 0x09, name: 'type', type: 'media type' },
  { code: 0x03, name: 'type', type: 'integer' },
  { code: 0x05, name: 'name', type: 'text string' },
  { code: 0x06, name: 'filename', type: 'text string' },
  { code: 0x0a, name: 'start', type: 'text string' },
  { code: 0x0b, name: 'start-info', type: 'text string' },
  { code: 0x0c, name: 'comment', type: 'text string' },
  { code: 0x0d, name: 'domain', type: 'text string' },
  { code: 0x0e, name: 'max-age', type: 'integer' },
  { code: 0x0f, name: 'path', type: 'text string' },
  { code: 0x11, name: 'sec', type: 'security' },
  { code: 0x12, name: 'mac', type: 'text value' },
  { code: 0x16, name: 'size', type: 'integer' },
  { code: 0x17, name: 'name', type: 'text value' },
  { code: 0x18, name: 'filename', type: 'text value' },
  { code: 0x19, name: 'start', type: 'text value' },
  { code: 0x1a, name: 'start-info', type: 'text value' },
  { code: 0x1b, name: 'comment', type: 'text value' },
  { code: 0x1c, name: 'domain', type: 'text value' },
  { code: 0x1d, name: 'path', type: 'text value' },
];

/** Values of the parameter SEC: by which key a provisioning document is authenticated; the position is the number. */
export const SECURITY_METHODS: readonly string[] = ['NETWPIN', 'USERPIN', 'USERNETWPIN', 'USERPINMAC'];

/** Charsets by their MIBenum (IANA: character sets). */
export const CHARSETS: ReadonlyMap<number, string> = new Map([
  [0, '*'],
  [3, 'us-ascii'],
  [4, 'iso-8859-1'],
  [5, 'iso-8859-2'],
  [6, 'iso-8859-3'],
  [7, 'iso-8859-4'],
  [8, 'iso-8859-5'],
  [9, 'iso-8859-6'],
  [10, 'iso-8859-7'],
  [11, 'iso-8859-8'],
  [12, 'iso-8859-9'],
  [17, 'shift_jis'],
  [18, 'euc-jp'],
  [38, 'euc-kr'],
  [39, 'iso-2022-jp'],
  [106, 'utf-8'],
  [111, 'iso-8859-15'],
  [113, 'gbk'],
  [114, 'gb18030'],
  [1000, 'iso-10646-ucs-2'],
  [1013, 'utf-16be'],
  [1014, 'utf-16le'],
  [1015, 'utf-16'],
  [2025, 'gb2312'],
  [2026, 'big5'],
  [2251, 'windows-1251'],
  [2252, 'windows-1252'],
]);

export const CHARSET_CODES: ReadonlyMap<string, number> = new Map(
  [...CHARSETS].map(([code, name]) => [name, code]),
);
