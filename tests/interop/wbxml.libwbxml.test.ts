/**
 * Beside libwbxml, the WBXML library of Debian: what one writes the other reads as the same document, and what
 * a document means survives both ways.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  contentBytes,
  decodeMessage,
  encodeMessage,
  itemFormat,
  type Markup,
  type Message,
  parseMarkup,
  wbxmlToXml,
  xmlToWbxml,
} from '@grove/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const FIXTURES = join(import.meta.dirname, 'fixtures', 'wbxml');
const names = readdirSync(FIXTURES);
const fixture = (name: string): Uint8Array => new Uint8Array(readFileSync(join(FIXTURES, name)));

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'grove-libwbxml-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function convert(program: string, options: readonly string[], input: Uint8Array): Uint8Array {
  const source = join(folder, 'source');
  const target = join(folder, 'target');
  writeFileSync(source, input);
  execFileSync(program, [...options, '-o', target, source], { stdio: 'pipe' });
  return new Uint8Array(readFileSync(target));
}
/** What xml2wbxml makes of a document; of some types it reads the DOCTYPE and not the namespace. */
function theirWbxml(xml: Uint8Array, options: readonly string[] = []): Uint8Array {
  const document = text(xml).replace(/^<\?xml[^>]*>/, '');
  const doctype = document.startsWith('<MetInf') ? DOCTYPE_METINF : '';
  return convert('xml2wbxml', options, bytes(doctype + document));
}
const DOCTYPE_METINF = '<!DOCTYPE MetInf PUBLIC "-//SYNCML//DTD MetInf 1.2//EN" "metinf.dtd">';
const theirXml = (wbxml: Uint8Array): Uint8Array => convert('wbxml2xml', ['-m', '0'], wbxml);

/** What two documents have in common when they mean the same: elements by namespace, and text. */
function meaning(xml: Uint8Array): unknown {
  return shape(parseMarkup(xml, 'xml'));
}

function shape(markup: Markup): unknown {
  const { element } = markup;
  const children = markup.children.map((child) =>
    typeof child === 'object' && 'element' in child ? shape(child) : child,
  );
  return [`${element.page.namespace} ${element.name}`, ...children];
}

describe('a document that libwbxml wrote', () => {
  const forms: [string, string[]][] = [
    ['with a string table', ['-v', '1.3']],
    ['without a string table', ['-n', '-v', '1.2']],
    ['as WBXML 1.1 with white space', ['-k', '-v', '1.1']],
  ];
  describe.each(forms)('%s', (_, options) => {
    it.each(names)('reads as the same document: %s', (name) => {
      const wbxml = theirWbxml(fixture(name), options);
      expect(meaning(wbxmlToXml(wbxml))).toEqual(meaning(fixture(name)));
    });
  });

  it.each(names.filter((name) => text(fixture(name)).startsWith('<SyncML')))(
    'reads as the same message: %s',
    (name) => {
      const wbxml = theirWbxml(fixture(name));
      const theirs = decodeMessage(wbxml, 'wbxml');
      expect(theirs.message).toEqual(decodeMessage(fixture(name), 'xml').message);
      expect(theirs.deviations).toEqual([]);
    },
  );
});

describe('a document that we write', () => {
  it.each(names)('is the same document to libwbxml: %s', (name) => {
    const theirs = theirXml(xmlToWbxml(fixture(name)));
    // libwbxml turns a document in an OPAQUE into markup and its Type into +xml, but leaves its Format.
    const named = text(theirs).replace('>bin</Format>', '>xml</Format>');
    expect(meaning(bytes(named))).toEqual(meaning(fixture(name)));
  });

  it('survives the way through libwbxml and back', () => {
    for (const name of names) {
      const back = theirWbxml(theirXml(xmlToWbxml(fixture(name))));
      const named = text(wbxmlToXml(back)).replace('>bin</Format>', '>xml</Format>');
      expect(meaning(bytes(named))).toEqual(meaning(fixture(name)));
    }
  });

  it('carries bytes and any text to libwbxml', () => {
    // Not ]]>, which libwbxml writes into a CDATA section as it is.
    const values = ['', '   ', ' a\n b ', '<&>"\'', 'é€𐐷', '\ttab'];
    const message = withValues(values);
    const theirs = decodeMessage(theirXml(encodeMessage(message, 'wbxml')), 'xml');
    expect(valuesOf(theirs.message)).toEqual(values);
  });

  it('carries base64 from libwbxml and to it', () => {
    const data = Uint8Array.of(0, 1, 127, 128, 255);
    const message = withValues([]);
    message.body.commands.push({ name: 'Add', cmdID: '2', items: [{ meta: { format: 'bin' }, data }] });
    const asXml = encodeMessage(message, 'xml');
    for (const wbxml of [theirWbxml(asXml), xmlToWbxml(asXml)]) {
      const back = decodeMessage(theirXml(wbxml), 'xml').message.body.commands[1];
      const item = back?.name === 'Add' ? back.items[0] : undefined;
      expect(item && contentBytes(item.data ?? '', itemFormat(item))).toEqual(data);
    }
  });
});

function withValues(values: readonly string[]): Message {
  return {
    header: {
      verDTD: '1.2',
      verProto: 'DM/1.2',
      sessionID: '1',
      msgID: '1',
      target: { locURI: 't' },
      source: { locURI: 's' },
    },
    body: { commands: [{ name: 'Add', cmdID: '1', items: values.map((data) => ({ data })) }], final: true },
  };
}

function valuesOf(message: Message): unknown[] {
  const command = message.body.commands[0];
  return command?.name === 'Add' ? command.items.map((item) => item.data) : [];
}

function text(document: Uint8Array): string {
  return new TextDecoder().decode(document);
}

function bytes(document: string): Uint8Array {
  return new TextEncoder().encode(document);
}
