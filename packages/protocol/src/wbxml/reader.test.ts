import { describe, expect, it } from 'vitest';
import type { Utf8Text } from '../octets/index.ts';
import {
  Deviations,
  DMDDF_1_2,
  type Element,
  SYNCML_1_2,
  type TokenSink,
  unknownElement,
} from '../vocabulary/index.ts';
import { readWbxml } from './reader.ts';
import { WbxmlWriter } from './writer.ts';

/** Tokens as one text: `(Name "text" [bytes])`. */
class Listing implements TokenSink {
  listing = '';
  begin(): void {}
  start(element: Element): void {
    this.listing += `(${element.name}`;
  }
  text(value: string): void {
    this.listing += ` ${JSON.stringify(value)}`;
  }
  run(source: Utf8Text, start: number, end: number, ascii: boolean): void {
    this.text(source.slice(start, end, ascii));
  }
  opaque(value: Uint8Array): void {
    this.listing += ` [${[...value]}]`;
  }
  end(): void {
    this.listing += ')';
  }
}

function read(...bytes: (number | string)[]): { listing: string; deviations: string[] } {
  const all = bytes.flatMap((part) =>
    typeof part === 'string' ? [...new TextEncoder().encode(part)] : [part],
  );
  const sink = new Listing();
  const deviations = new Deviations();
  readWbxml(Uint8Array.from(all), sink, { deviations });
  return { listing: sink.listing, deviations: deviations.list.map(({ found }) => found) };
}

const HEADER = [0x02, 0xa4, 0x01, 0x6a];

describe('the WBXML reader', () => {
  it('joins inline strings, strings of the table and entities into one text', () => {
    const { listing } = read(
      ...HEADER,
      6,
      'ab\0é\0',
      0x6d,
      0x4f,
      0x03,
      'x\0',
      0x83,
      0x00,
      0x02,
      0x60,
      0x83,
      0x03,
      0x01,
      0x01,
    );
    expect(listing).toBe('(SyncML(Data "xab`é"))');
  });

  it('reads past attributes and processing instructions', () => {
    const attributes = [0x05, 0x03, 'v\0', 0x00, 0x01, 0x85, 0x83, 0x00, 0xc3, 0x02, 1, 1, 0x04, 0x00, 0x01];
    const { listing, deviations } = read(
      ...HEADER,
      2,
      'p\0',
      0x43,
      ...attributes,
      0xed,
      ...attributes,
      0x8f,
      ...attributes,
      0x12,
      0x01,
    );
    expect(listing).toBe('(SyncML(Data)(Final))');
    expect(deviations).toEqual([]);
  });

  it('makes elements of LITERAL tags and of tokens that no page has', () => {
    const { listing } = read(
      ...HEADER,
      8,
      'Oem\0Data',
      0x6d,
      0x44,
      0x00,
      0x03,
      'a\0',
      0x01,
      0x04,
      0x04,
      0x30,
      0x01,
    );
    expect(listing).toBe('(SyncML(Oem "a")(Data)(token-30-of-page-0))');
  });

  it('reads ISO-8859-1', () => {
    expect(read(0x02, 0xa4, 0x01, 0x04, 0, 0x6d, 0x4f, 0x03, 0xe9, 0, 0x01, 0x01).listing).toBe(
      '(SyncML(Data "é"))',
    );
  });

  it('notes what is behind the document, and a public identifier of another type', () => {
    expect(read(...HEADER, 0, 0x2d, 0x00).deviations).toEqual(['1 bytes behind the document']);
    expect(read(0x02, 0xa4, 0x03, 0x6a, 0, 0x0a).deviations).toEqual([]);
    expect(read(...HEADER, 0, 0x00, 0x02, 0x20).deviations).toEqual(['public identifier of SyncML 1.2']);
  });

  it('starts a description document on its own page, with and without a switch to it', () => {
    const writer = new WbxmlWriter();
    writer.begin(DMDDF_1_2);
    writer.start(DMDDF_1_2.root);
    writer.end();
    const written = writer.finish();
    expect([...written.subarray(-3)]).toEqual([0x00, 0x02, 0x20]);
    expect(read(...written.subarray(0, -3), 0x20).listing).toBe('(MgmtTree)');
  });
});

describe('the WBXML writer', () => {
  it('writes elements that no page has as LITERALs, and text with a NUL as OPAQUE', () => {
    const oem = unknownElement('Oem', SYNCML_1_2.root.page);
    const writer = new WbxmlWriter();
    writer.begin(SYNCML_1_2);
    writer.start(SYNCML_1_2.root);
    for (const value of ['a', 'b\0']) {
      writer.start(oem);
      writer.text(value);
      writer.end();
    }
    writer.end();
    const written = writer.finish();
    expect([...written.subarray(0, 9)]).toEqual([...HEADER, 4, ...new TextEncoder().encode('Oem\0')]);
    expect(read(...written).listing).toBe('(SyncML(Oem "a")(Oem [98,0]))');
  });
});
