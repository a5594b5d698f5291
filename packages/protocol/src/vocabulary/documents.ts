import { type DocumentType, type Element, elementOf, type Page, UNKNOWN_PUBLIC_ID } from './element.ts';
import { NameTable } from './names.ts';
import { DEVINF, DMDDF, METINF, SYNCML } from './syncml.ts';

/** Description framework and tree serialization, which have no registered WBXML public identifier. */
export const DMDDF_1_2: DocumentType = {
  name: 'DM DDF 1.2',
  publicId: UNKNOWN_PUBLIC_ID,
  formalPublicId: '-//OMA//DTD-DM-DDF 1.2//EN',
  namespace: DMDDF.namespace,
  pages: [DMDDF],
  inline: [DMDDF],
  embedded: [],
  root: elementOf(DMDDF, 'MgmtTree'),
};

const devInf = (version: string, publicId: number): DocumentType => ({
  name: `DevInf ${version}`,
  publicId,
  formalPublicId: `-//SYNCML//DTD DevInf ${version}//EN`,
  namespace: DEVINF.namespace,
  pages: [DEVINF],
  inline: [DEVINF],
  embedded: [],
  root: elementOf(DEVINF, 'DevInf'),
});
export const DEVINF_1_2 = devInf('1.2', 0x1203);
const DEVINF_1_1 = devInf('1.1', 0x0fd4);
const DEVINF_1_0 = devInf('1.0', 0x0fd2);

const metInf = (version: string, publicId: number): DocumentType => ({
  name: `MetInf ${version}`,
  publicId,
  formalPublicId: `-//SYNCML//DTD MetInf ${version}//EN`,
  namespace: METINF.namespace,
  pages: [METINF],
  inline: [METINF],
  embedded: [],
  root: elementOf(METINF, 'MetInf'),
});
export const METINF_1_2 = metInf('1.2', 0x1202);
const METINF_1_1 = metInf('1.1', UNKNOWN_PUBLIC_ID);

const syncML = (version: string, publicId: number, devInf: DocumentType): DocumentType => ({
  name: `SyncML ${version}`,
  publicId,
  formalPublicId: `-//SYNCML//DTD SyncML ${version}//EN`,
  namespace: `SYNCML:SYNCML${version}`,
  pages: [SYNCML, METINF, DMDDF],
  inline: [SYNCML, METINF],
  embedded: [DMDDF_1_2, devInf],
  root: elementOf(SYNCML, 'SyncML'),
});
export const SYNCML_1_2 = syncML('1.2', 0x1201, DEVINF_1_2);
export const SYNCML_1_1 = syncML('1.1', 0x0fd3, DEVINF_1_1);
export const SYNCML_1_0 = syncML('1.0', 0x0fd1, DEVINF_1_0);

/** Every document type; of two that one root and namespace may mean, the newer stands first. */
export const DOCUMENT_TYPES: readonly DocumentType[] = [
  SYNCML_1_2,
  SYNCML_1_1,
  SYNCML_1_0,
  DMDDF_1_2,
  DEVINF_1_2,
  DEVINF_1_1,
  DEVINF_1_0,
  METINF_1_2,
  METINF_1_1,
];

/** The pages in which a name is looked for when its namespace does not say where it belongs. */
export const PAGES: readonly Page[] = [SYNCML, METINF, DMDDF, DEVINF];

/** A namespace as documents name it, and the page that it means. */
export interface Namespace {
  readonly uri: string;
  readonly utf8: Uint8Array;
  readonly page: Page;
}

const utf8 = new TextEncoder();

/** A namespace for a page. */
export function namespaceOf(uri: string, page: Page): Namespace {
  return { uri, utf8: utf8.encode(uri), page };
}

const namespaces = new Map(DOCUMENT_TYPES.map((type) => [type.namespace, type.root.page]));

/** The namespaces of all document types. */
export const NAMESPACES: readonly Namespace[] = Array.from(namespaces, ([uri, page]) =>
  namespaceOf(uri, page),
);
export const NAMESPACE_NAMES: NameTable<Namespace> = NameTable.of(NAMESPACES);

/** The type with this registered public identifier. */
export function documentTypeByPublicId(publicId: number): DocumentType | undefined {
  if (publicId === UNKNOWN_PUBLIC_ID) return undefined;
  return DOCUMENT_TYPES.find((type) => type.publicId === publicId);
}

/** The type with this formal public identifier, upper and lower case alike. */
export function documentTypeByFormalPublicId(text: string): DocumentType | undefined {
  const wanted = text.trim().toUpperCase();
  return DOCUMENT_TYPES.find((type) => type.formalPublicId.toUpperCase() === wanted);
}

/** The type with this document element, in the version that its namespace names if it names one. */
export function documentTypeByRoot(root: Element, namespace: string): DocumentType | undefined {
  const types = DOCUMENT_TYPES.filter((type) => type.root === root);
  return types.find((type) => type.namespace === namespace) ?? types[0];
}
