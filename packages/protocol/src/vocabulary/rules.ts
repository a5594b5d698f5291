/** What a rule of the standard says, and where. */
export interface RuleText {
  /** One sentence. */
  readonly says: string;
  readonly specification: string;
  /** Number of the section, or its heading where editions number it differently. */
  readonly section: string;
  readonly severity: Severity;
}

/**
 * How bad it is to break a rule: `error` = the standard forbids it and recipients refuse it or misread it;
 * `warning` = the standard forbids it or advises against it, and most recipients manage; `note` = worth knowing.
 */
export type Severity = 'error' | 'warning' | 'note';

/** The specifications, as they are cited. */
export const SPEC = {
  protocol: 'OMA-TS-DM_Protocol 1.2.1',
  repPro: 'OMA-TS-DM_RepPro 1.2.1',
  syncRepPro: 'OMA-SyncML-RepPro 1.2',
  metaInfo: 'OMA-SyncML-MetaInfo 1.2',
  security: 'OMA-TS-DM_Security 1.2.1',
  stdObj: 'OMA-TS-DM_StdObj 1.2.1',
  tnd: 'OMA-TS-DM_TND 1.2.1',
  tnds: 'OMA-TS-DM_TNDS 1.2',
  http: 'OMA-SyncML-HTTPBinding 1.2',
  iana: 'IANA registration of application/vnd.syncml.dm+xml and +wbxml',
  xml: 'XML 1.0',
  xmlNames: 'Namespaces in XML 1.0',
  wbxml: 'WBXML 1.3',
} as const;

/** What the readers of documents mind while they read on. */
export const READING_RULES = {
  'xml-encoding': {
    says: 'A document is encoded as its XML declaration says.',
    specification: SPEC.xml,
    section: '4.3.3',
    severity: 'warning',
  },
  'xml-doctype': {
    says: 'A message has no DOCTYPE; its namespace says what it is.',
    specification: SPEC.syncRepPro,
    section: 'XML usage',
    severity: 'note',
  },
  'xml-namespace': {
    says: 'An element is in the namespace that it belongs to.',
    specification: SPEC.xmlNames,
    section: '6',
    severity: 'warning',
  },
  'wbxml-end': {
    says: 'A message ends with its document element.',
    specification: SPEC.wbxml,
    section: '5.4',
    severity: 'warning',
  },
  'wbxml-public-id': {
    says: 'The public identifier of a document is that of its type.',
    specification: SPEC.syncRepPro,
    section: 'WBXML definition',
    severity: 'note',
  },
  'element-order': {
    says: 'Elements stand in the order of the document type definition.',
    specification: SPEC.syncRepPro,
    section: 'DTD',
    severity: 'note',
  },
  'element-once': {
    says: 'An element that may be there once is there once.',
    specification: SPEC.syncRepPro,
    section: 'DTD',
    severity: 'warning',
  },
  'element-missing': {
    says: 'An element that the document type definition requires is there.',
    specification: SPEC.syncRepPro,
    section: 'DTD',
    severity: 'error',
  },
  'element-unknown': {
    says: 'An element is one of the document type definition, where it allows it.',
    specification: SPEC.syncRepPro,
    section: 'DTD',
    severity: 'warning',
  },
  'element-content': {
    says: 'An element holds either elements or text, as the document type definition says.',
    specification: SPEC.syncRepPro,
    section: 'DTD',
    severity: 'warning',
  },
  'command-unknown': {
    says: 'What stands in a SyncBody, an Atomic or a Sequence is a command of device management.',
    specification: SPEC.repPro,
    section: 'Protocol command elements',
    severity: 'error',
  },
  'final-last': {
    says: 'Final is the last element of a SyncBody.',
    specification: SPEC.syncRepPro,
    section: 'DTD',
    severity: 'warning',
  },
  'value-blanks': {
    says: 'A value has no blanks around it.',
    specification: SPEC.syncRepPro,
    section: 'Common use elements',
    severity: 'note',
  },
  'value-number': {
    says: 'A number is written in decimal digits.',
    specification: SPEC.syncRepPro,
    section: 'Common use elements',
    severity: 'error',
  },
  'value-text': {
    says: 'What is text is written in UTF-8.',
    specification: SPEC.syncRepPro,
    section: 'XML usage',
    severity: 'error',
  },
  'format-bin': {
    says: 'Binary data travel as b64 in XML, and as bin in WBXML.',
    specification: SPEC.metaInfo,
    section: 'Format',
    severity: 'warning',
  },
  'tree-document': {
    says: 'A serialized tree or a device description is built as its document type definition says.',
    specification: SPEC.tnds,
    section: 'DTD',
    severity: 'warning',
  },
} as const satisfies Readonly<Record<string, RuleText>>;

/** Identifier of a rule that a reader minds. */
export type ReadingRule = keyof typeof READING_RULES;
