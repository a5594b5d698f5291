/** Messages read and written, beside libwbxml converting the same documents. */
import { decodeMessage, encodeMessage } from '@grove/protocol';
import { messages, wbxmlDocuments, xmlDocuments } from './codec/documents.ts';
import { each, type Rate, sideBySide } from './codec/rate.ts';
import { buildLibwbxml } from './libwbxml/libwbxml.ts';
import type { Bench } from './main.ts';

const run: Bench = async (report) => {
  const libwbxml = buildLibwbxml();
  if (libwbxml === undefined) return;
  const fromWbxml = libwbxml.rate('wbxml2xml', wbxmlDocuments);
  const fromXml = libwbxml.rate('xml2wbxml', xmlDocuments);
  const pairs: [string, Rate, Rate][] = [
    [
      'message from WBXML, beside libwbxml to XML',
      each(wbxmlDocuments, (document) => decodeMessage(document, 'wbxml')),
      fromWbxml,
    ],
    [
      'message from XML, beside libwbxml to WBXML',
      each(xmlDocuments, (document) => decodeMessage(document, 'xml')),
      fromXml,
    ],
    [
      'message to WBXML, beside libwbxml from XML',
      each(messages, (message) => encodeMessage(message, 'wbxml')),
      fromXml,
    ],
    [
      'message to XML, beside libwbxml from WBXML',
      each(messages, (message) => encodeMessage(message, 'xml')),
      fromWbxml,
    ],
  ];
  try {
    for (const [bench, ours, theirs] of pairs) {
      const figures = await sideBySide(ours, theirs);
      report({ bench, ...figures, unit: 'messages/s' });
    }
  } finally {
    libwbxml.remove();
  }
};
export default run;
