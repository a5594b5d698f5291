export * from './auth/index.ts';
export * from './capture/index.ts';
export * from './describe/index.ts';
export * from './interaction/index.ts';
export * from './lint/index.ts';
export * from './notification/index.ts';
export * from './objects/index.ts';
export {
  ByteReader,
  bytesOf,
  decodeBase64,
  decodeUtf8,
  encodeBase64,
  forbiddenCharacter,
  joined,
  numberOf,
  within,
} from './octets/index.ts';
export * from './syncml/index.ts';
export * from './tree/index.ts';
export {
  DEFAULT_LIMITS,
  DEVINF,
  DEVINF_1_2,
  type Deviation,
  Deviations,
  DMDDF,
  DMDDF_1_2,
  type DocumentType,
  type Element,
  EncodeError,
  elementOf,
  LimitError,
  type Limits,
  MalformedError,
  METINF,
  METINF_1_2,
  type Page,
  READING_RULES,
  type ReadingRule,
  type RuleText,
  type Severity,
  SYNCML,
  SYNCML_1_0,
  SYNCML_1_1,
  SYNCML_1_2,
  type TokenSink,
} from './vocabulary/index.ts';
