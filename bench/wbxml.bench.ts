/** Conversion between WBXML and XML beside libwbxml, on the same documents, one thread each. */
import { wbxmlToXml, xmlToWbxml } from '@grove/protocol';
import { wbxmlDocuments, xmlDocuments } from './codec/documents.ts';
import { each, sideBySide } from './codec/rate.ts';
import { buildLibwbxml } from './libwbxml/libwbxml.ts';
import type { Bench } from './main.ts';

const run: Bench = async (report) => {
  const libwbxml = buildLibwbxml();
  if (libwbxml === undefined) return;
  try {
    const toXml = await sideBySide(
      each(wbxmlDocuments, (document) => wbxmlToXml(document)),
      libwbxml.rate('wbxml2xml', wbxmlDocuments),
    );
    report({
      bench: 'WBXML to XML, beside libwbxml',
      ...toXml,
      unit: 'documents/s',
    });
    const toWbxml = await sideBySide(
      each(xmlDocuments, (document) => xmlToWbxml(document)),
      libwbxml.rate('xml2wbxml', xmlDocuments),
    );
    report({
      bench: 'XML to WBXML, beside libwbxml',
      ...toWbxml,
      unit: 'documents/s',
    });
  } finally {
    libwbxml.remove();
  }
};
export default run;
