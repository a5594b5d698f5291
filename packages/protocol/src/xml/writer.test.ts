import { describe, expect, it } from 'vitest';
import { wbxmlToXml, xmlToWbxml } from '../syncml/index.ts';
import { MalformedError } from '../vocabulary/index.ts';

const bytes = (document: string): Uint8Array => new TextEncoder().encode(document);
const text = (document: Uint8Array): string =>
  new TextDecoder().decode(document).replace('<?xml version="1.0" encoding="UTF-8"?>', '');
const there = (document: string): Uint8Array => xmlToWbxml(bytes(document));
const thereAndBack = (document: string): string => text(wbxmlToXml(there(document)));

describe('a document that became WBXML and XML again', () => {
  it.each([
    '<SyncML xmlns="SYNCML:SYNCML1.2"><Meta><Type xmlns="syncml:metinf">a</Type></Meta><Final/></SyncML>',
    '<SyncML xmlns="SYNCML:SYNCML1.1"><Data>&lt;&amp;&gt;&#13;"\'\n é€𐐷 ]]&gt;</Data></SyncML>',
    '<SyncML xmlns="SYNCML:SYNCML1.2"><Data>  </Data><Oem>x</Oem></SyncML>',
    '<DevInf xmlns="syncml:devinf"><Man>A</Man></DevInf>',
    '<MgmtTree xmlns="syncml:dmddf1.2"><Node><Format><chr/></Format></Node></MgmtTree>',
    '<MetInf xmlns="syncml:metinf"><Format>b64</Format></MetInf>',
  ])('is the same: %s', (document) => {
    expect(thereAndBack(document)).toBe(document);
  });

  it('declares namespaces by default, drops comments and white space between elements, and reads CDATA', () => {
    const written =
      '<s:SyncML xmlns:s="SYNCML:SYNCML1.2" xmlns:m="syncml:metinf">\r\n <!-- c --><s:Meta><m:Mark a="1"><![CDATA[<]]></m:Mark></s:Meta>\n</s:SyncML>';
    expect(thereAndBack(written)).toBe(
      '<SyncML xmlns="SYNCML:SYNCML1.2"><Meta><Mark xmlns="syncml:metinf">&lt;</Mark></Meta></SyncML>',
    );
  });

  it('keeps an element of a foreign namespace by its name', () => {
    expect(thereAndBack('<SyncML xmlns="SYNCML:SYNCML1.2"><a:B xmlns:a="urn:a">1</a:B></SyncML>')).toBe(
      '<SyncML xmlns="SYNCML:SYNCML1.2"><B>1</B></SyncML>',
    );
  });

  it('holds an embedded document as WBXML in between, and says so in Format and Type', () => {
    const document =
      '<SyncML xmlns="SYNCML:SYNCML1.2"><Meta><Format xmlns="syncml:metinf">xml</Format><Type xmlns="syncml:metinf">' +
      'application/vnd.syncml-devinf+xml</Type></Meta><Item><Data><DevInf xmlns="syncml:devinf"><Man>A</Man></DevInf>' +
      '</Data></Item></SyncML>';
    expect(new TextDecoder().decode(there(document))).toMatch(/bin\0.*devinf\+wbxml\0/s);
    expect(thereAndBack(document)).toBe(document);
  });
});

describe('bytes in XML', () => {
  /** SyncML/Item around these tokens, with page 0 in force at both ends. */
  const item = (...tokens: number[]): string =>
    text(wbxmlToXml(Uint8Array.of(0x02, 0xa4, 0x01, 0x6a, 0, 0x6d, 0x54, ...tokens, 0x01, 0x01))).replace(
      /^<SyncML xmlns="SYNCML:SYNCML1.2"><Item>(.*)<\/Item><\/SyncML>$/s,
      '$1',
    );
  const ascii = (value: string): number[] => [...bytes(value)];
  const meta = (...fields: number[]): number[] => [0x5a, 0x00, 0x01, ...fields, 0x01, 0x00, 0x00];
  const format = (value: string): number[] => [0x47, 0x03, ...ascii(value), 0, 0x01];
  const opaque = (...value: number[]): number[] => [0x4f, 0xc3, value.length, ...value, 0x01];
  const B64 = '<Format xmlns="syncml:metinf">b64</Format>';

  it.each<[string, number[], string]>([
    ['text as it is', opaque(...ascii('hi')), '<Data>hi</Data>'],
    [
      'binary under bin',
      [...meta(...format('bin')), ...opaque(0, 1)],
      `<Meta>${B64}</Meta><Data>AAE=</Data>`,
    ],
    [
      'text under bin',
      [...meta(...format('Bin')), 0x4f, 0x03, ...ascii('hi'), 0, 0x01],
      `<Meta>${B64}</Meta><Data>aGk=</Data>`,
    ],
    [
      'base64 under b64',
      [...meta(...format('b64')), ...opaque(...ascii('AAE='))],
      `<Meta>${B64}</Meta><Data>AAE=</Data>`,
    ],
    [
      'binary under b64',
      [...meta(...format('b64')), ...opaque(0, 1)],
      `<Meta>${B64}</Meta><Data>AAE=</Data>`,
    ],
    [
      'binary under chr',
      [...meta(...format('chr')), ...opaque(0, 1)],
      `<Meta>${B64}</Meta><Data>AAE=</Data>`,
    ],
    [
      'binary under a Meta without Format',
      [...meta(0x53, 0x03, 0x61, 0, 0x01), ...opaque(0, 1)],
      `<Meta><Type xmlns="syncml:metinf">a</Type>${B64}</Meta><Data>AAE=</Data>`,
    ],
    ['binary without Meta', opaque(0, 1), `<Meta>${B64}</Meta><Data>AAE=</Data>`],
    [
      'text and binary as one',
      [0x4f, 0x03, ...ascii('<'), 0, 0xc3, 2, 0, 1, 0x01],
      `<Meta>${B64}</Meta><Data>PAAB</Data>`,
    ],
    [
      'a raw nonce',
      meta(0x50, 0xc3, 2, 0, 1, 0x01),
      '<Meta><NextNonce xmlns="syncml:metinf">AAE=</NextNonce></Meta>',
    ],
  ])('are %s', (_, tokens, xml) => {
    expect(item(...tokens)).toBe(xml);
  });

  it('are refused where they hold characters that XML cannot carry and are not a value', () => {
    const document = Uint8Array.of(0x02, 0xa4, 0x01, 0x6a, 0, 0x6d, 0x57, 0x03, 0x01, 0, 0x01, 0x01);
    expect(() => wbxmlToXml(document)).toThrow(MalformedError);
    expect(() => wbxmlToXml(document)).toThrow(/SyncML\/LocURI holds the character U\+0001/);
  });
});
