/** Messages read from XML beside saxes, which only parses. */
import { decodeMessage } from '@grove/protocol';
import { SaxesParser } from 'saxes';
import { xmlDocuments } from './codec/documents.ts';
import { each, sideBySide } from './codec/rate.ts';
import type { Bench } from './main.ts';

const utf8 = new TextDecoder();

/** What a parser must do at the least: its events go to handlers that take their values. */
function parse(document: Uint8Array): number {
  let taken = 0;
  const parser = new SaxesParser({ xmlns: true });
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', (tag) => {
    taken += tag.local.length + tag.uri.length;
  });
  parser.on('text', (text) => {
    taken += text.length;
  });
  parser.on('closetag', () => {
    taken++;
  });
  parser.write(utf8.decode(document)).close();
  return taken;
}

const run: Bench = async (report) => {
  const figures = await sideBySide(
    each(xmlDocuments, (document) => decodeMessage(document, 'xml')),
    each(xmlDocuments, parse),
  );
  report({
    bench: 'message from XML, beside saxes',
    ...figures,
    unit: 'messages/s',
  });
};
export default run;
