import type { FoundDocument } from '@grove/protocol';
import { type Markup, parseMarkup, wbxmlToXml } from '@grove/protocol';

/** A document as XML, an element a line. */
export function xmlLines({ bytes, encoding }: Pick<FoundDocument, 'bytes' | 'encoding'>): string[] {
  const xml = encoding === 'xml' ? bytes : wbxmlToXml(bytes);
  return ['<?xml version="1.0" encoding="UTF-8"?>', ...linesOf(parseMarkup(xml, 'xml'), '', '')];
}

/** @param namespace the one in force around the element */
function linesOf({ element, children }: Markup, namespace: string, indent: string): string[] {
  const own = element.page.namespace;
  const start = element.name + (own === namespace ? '' : ` xmlns="${escapeXml(own)}"`);
  if (children.length === 0) return [`${indent}<${start}/>`];
  const isText = children.every((child) => typeof child === 'string');
  if (isText) return [`${indent}<${start}>${escapeXml(children.join(''))}</${element.name}>`];
  const inside = children.flatMap((child) => {
    if (child instanceof Uint8Array) return [];
    if (typeof child !== 'string') return linesOf(child, own, `${indent}  `);
    return child.trim() === '' ? [] : [`${indent}  ${escapeXml(child.trim())}`];
  });
  return [`${indent}<${start}>`, ...inside, `${indent}</${element.name}>`];
}

const REFERENCES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
};

/** Escapes markup, and what a terminal should not get as it is. */
function escapeXml(text: string): string {
  return text.replace(
    /[&<>"\r\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g,
    (character) => REFERENCES[character] ?? `&#${character.charCodeAt(0)};`,
  );
}
