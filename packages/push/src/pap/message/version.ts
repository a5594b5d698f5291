/** A version of PAP, as documents name theirs. */
export type PapVersion = '1.0' | '2.0' | '2.1';

interface DocumentType {
  readonly version: PapVersion;
  readonly publicId: string;
  readonly systemId: string;
}

/** The versions that are spoken, newest first; 1.0 and 2.0 are the WAP Forum's, 2.1 is OMA's. */
export const DOCUMENT_TYPES: readonly DocumentType[] = [
  {
    version: '2.1',
    publicId: '-//OMA//DTD PAP 2.1//EN',
    systemId: 'http://www.openmobilealliance.org/tech/DTD/pap_2.1.dtd',
  },
  {
    version: '2.0',
    publicId: '-//WAPFORUM//DTD PAP 2.0//EN',
    systemId: 'http://www.wapforum.org/DTD/pap_2.0.dtd',
  },
  {
    version: '1.0',
    publicId: '-//WAPFORUM//DTD PAP//EN',
    systemId: 'http://www.wapforum.org/DTD/pap_1.0.dtd',
  },
];

/** What is written where nobody has asked in another version. */
export const NEWEST: PapVersion = '2.1';

/** The value of `supported-versions` of the processing instruction `wap-pap-ver`. */
export const SUPPORTED_VERSIONS = '2.1,2.0,1.*';

/** The version that came before another; undefined for the first. */
export function versionBefore(version: PapVersion): PapVersion | undefined {
  return DOCUMENT_TYPES[DOCUMENT_TYPES.findIndex((type) => type.version === version) + 1]?.version;
}
