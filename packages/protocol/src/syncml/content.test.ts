import { describe, expect, it } from 'vitest';
import { contentBytes, contentMarkup, contentText, itemFormat, itemType } from './content.ts';
import { parseMarkup, serializeMarkup } from './markup.ts';
import { encodingOf } from './media-type.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const XML = '<MgmtTree xmlns="syncml:dmddf1.2"><VerDTD>1.2</VerDTD></MgmtTree>';
const tree = parseMarkup(bytes(XML), 'xml');

describe('the value of a content', () => {
  it('is base64 decoded once, and only where the Format says so', () => {
    expect(contentText('aGk=', 'B64')).toBe('hi');
    expect(contentText('aGk=', 'chr')).toBe('aGk=');
    expect(contentText('aGk=')).toBe('aGk=');
    expect(contentText(bytes('aGk='), ' b64 ')).toBe('hi');
    expect(contentBytes('not base64', 'b64')).toBeUndefined();
  });

  it('is the bytes themselves where base64 was announced and raw bytes came', () => {
    expect(contentBytes(Uint8Array.of(0, 255), 'b64')).toEqual(Uint8Array.of(0, 255));
    expect(contentText(Uint8Array.of(0, 255), 'bin')).toBeUndefined();
  });

  it('is a document in each of its forms', () => {
    const forms = [tree, XML, bytes(XML), serializeMarkup(tree, 'wbxml')];
    expect(forms.map((form) => contentMarkup(form))).toEqual([tree, tree, tree, tree]);
    expect(contentMarkup('text')).toBeUndefined();
    expect(contentText(tree, 'xml')).toContain(XML);
  });

  it("has the Item's own Format and Type before the command's", () => {
    const meta = { format: 'bin', type: 'image/png' };
    expect(itemFormat({ meta: { format: ' Chr ' } }, meta)).toBe('chr');
    expect(itemFormat({ meta: { type: 'a/b' } }, meta)).toBe('bin');
    expect(itemType({}, meta)).toBe('image/png');
    expect([itemFormat({}), itemType({})]).toEqual(['chr', 'text/plain']);
  });
});

describe('a media type', () => {
  it.each([
    ['application/vnd.syncml.dm+wbxml', 'wbxml'],
    ['application/vnd.syncml.dm+xml; charset=utf-8', 'xml'],
    ['Application/vnd.SyncML+XML;verproto=DM/1.2', 'xml'],
    [' application/vnd.syncml+wbxml ', 'wbxml'],
    ['text/xml', undefined],
    ['', undefined],
  ])('%j says %j', (type, encoding) => {
    expect(encodingOf(type)).toBe(encoding);
  });
});
