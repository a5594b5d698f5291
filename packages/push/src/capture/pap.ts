import { decodeUtf8, type Opener } from '@grove/protocol';
import { PapError, readEnvelope, resultOf } from '../pap/index.ts';
import { bytesInWords } from './layout.ts';

/** Bytes in which a control document says that it is one. */
const BEGINNING = 4096;
const ROOT = /<pap[\s>]/;
const BOUNDARY = /^--([!-~]{1,70})[ \t]*\r?\n/;

/** Control documents of PAP, alone or with the content that they are about. */
export const openPap: Opener = (pieces, mediaType) => {
  const [bytes, ...others] = pieces;
  if (bytes === undefined || others.length > 0) return undefined;
  const beginning =
    decodeUtf8(bytes.subarray(0, BEGINNING)) ?? Buffer.from(bytes.subarray(0, BEGINNING)).toString('latin1');
  if (!ROOT.test(beginning)) return undefined;
  const [, boundary] = BOUNDARY.exec(beginning.trimStart()) ?? [];
  const told = boundary === undefined ? 'application/xml' : `multipart/related; boundary="${boundary}"`;
  try {
    const { document, parts } = readEnvelope({ contentType: mediaType ?? told, body: bytes }, 'ignore');
    const { version, productName, message } = document;
    const { name, ...fields } = message;
    return [
      {
        carrier: {
          kind: 'pap',
          title: `PAP ${version} ${name}, ${bytesInWords(bytes.length)}`,
          facts: { ...factsOf(fields, ''), 'Product name': productName },
          layout: [],
          remarks: [],
        },
        inside: parts.map(({ headers, body }) => ({
          pieces: [body],
          mediaType: headers.find(([header]) => header === 'content-type')?.[1],
        })),
      },
    ];
  } catch (error) {
    if (!(error instanceof PapError)) throw error;
    return { what: 'PAP', why: error.message };
  }
};

/** What a message says, by names in words; those within others have theirs before them. */
function factsOf(fields: object, before: string): Record<string, string> {
  const facts: Record<string, string> = {};
  for (const [key, value] of Object.entries(fields)) {
    const name = `${before}${inWords(key, before === '')}`;
    if (value === undefined) continue;
    if (Array.isArray(value)) Object.assign(facts, factsOfMany(name, value));
    else if (typeof value === 'object' && value !== null) Object.assign(facts, factsOf(value, `${name}, `));
    else facts[name] = valueInWords(key, value);
  }
  return facts;
}

function factsOfMany(name: string, values: readonly unknown[]): Record<string, string> {
  if (values.every((value) => typeof value === 'string')) return { [name]: values.join(', ') };
  return Object.assign(
    {},
    ...values.map((value, index) =>
      typeof value === 'object' && value !== null ? factsOf(value, `${name} ${index + 1}, `) : {},
    ),
  );
}

/** `deliverBefore` is `Deliver before`. */
function inWords(key: string, isFirst: boolean): string {
  const words = key.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return isFirst ? words.charAt(0).toUpperCase() + words.slice(1) : words;
}

const IS_TIME = /(?:time|before|after)$/i;

function valueInWords(key: string, value: unknown): string {
  if (typeof value === 'number' && IS_TIME.test(key)) return new Date(value).toISOString();
  if (typeof value === 'number' && key === 'code')
    return `${value} ${resultOf(value)?.title ?? ''}`.trimEnd();
  return String(value);
}
