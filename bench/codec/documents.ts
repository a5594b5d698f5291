/** The messages that the codec benchmarks work on: about 1 kB each in XML, without white space. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeMessage, type Message, wbxmlToXml, xmlToWbxml } from '@grove/protocol';

const FIXTURES = join(import.meta.dirname, '..', '..', 'tests', 'interop', 'fixtures', 'wbxml');
/** A device's first message, with text beyond ASCII, and its answers to commands. */
const NAMES = ['package-1.xml', 'package-3.xml'];

export const wbxmlDocuments: readonly Uint8Array[] = NAMES.map((name) =>
  xmlToWbxml(new Uint8Array(readFileSync(join(FIXTURES, name)))),
);
export const xmlDocuments: readonly Uint8Array[] = wbxmlDocuments.map((document) => wbxmlToXml(document));
export const messages: readonly Message[] = xmlDocuments.map(
  (document) => decodeMessage(document, 'xml').message,
);
