/** The Content-Type of a push: one byte where it can be, with its parameters where it has some. */
import { ByteReader, EncodeError, joined, MalformedError } from '@grove/protocol';
import {
  formatMediaType,
  isHeaderText,
  isToken,
  type MediaType,
  parseMediaType,
} from '../media-type/index.ts';
import { MEDIA_TYPE_CODES, MEDIA_TYPES } from './media-types.ts';
import {
  CHARSET_CODES,
  CHARSETS,
  PARAMETERS,
  type Parameter,
  type ParameterType,
  SECURITY_METHODS,
} from './parameters.ts';
import {
  integerOf,
  numberIn,
  readCounted,
  readValue,
  type Value,
  writeCounted,
  writeInteger,
  writeText,
} from './values.ts';

/** Codes that fit into one byte. */
const ONE_BYTE = 0x80;
/** Stands before a text that is no token. */
const TEXT_QUOTE = '"';

const PARAMETERS_BY_CODE = new Map(PARAMETERS.map((parameter) => [parameter.code, parameter]));
const PARAMETERS_BY_NAME = new Map([...PARAMETERS].reverse().map((parameter) => [parameter.name, parameter]));

/**
 * A media type as the first header of a push, without the header's name.
 *
 * @throws {EncodeError} when the text is no media type, or a value cannot be carried.
 */
export function writeContentType(text: string): Uint8Array {
  const type = parseMediaType(text);
  if (type === undefined)
    throw new EncodeError(`the content type is ${JSON.stringify(text)}; expected type/subtype`);
  const { name, parameters } = type;
  const code = MEDIA_TYPE_CODES.get(name);
  if (parameters.length === 0 && code === undefined) return writeText(name);
  if (parameters.length === 0 && code !== undefined && code < ONE_BYTE) return writeInteger(code);
  return writeCounted(
    joined(
      code === undefined ? writeText(name) : writeInteger(code),
      ...parameters.map(([parameter, value]) => writeParameter(parameter, value)),
    ),
  );
}

/** How values of a type are written; undefined where a value is none of it. */
const WRITERS: Readonly<Record<ParameterType, (value: string) => Uint8Array | undefined>> = {
  charset: (value) => numbered(CHARSET_CODES.get(value.toLowerCase()) ?? integerOf(value)),
  integer: (value) => numbered(integerOf(value)),
  'media type': (value) => {
    const code = MEDIA_TYPE_CODES.get(value.toLowerCase());
    return code !== undefined && code < ONE_BYTE ? writeInteger(code) : undefined;
  },
  security: (value) => {
    const method = SECURITY_METHODS.indexOf(value.toUpperCase());
    const code = method < 0 ? integerOf(value) : method;
    return code !== undefined && code < ONE_BYTE ? writeInteger(code) : undefined;
  },
  'text string': (value) => (value === '' || value.startsWith(TEXT_QUOTE) ? undefined : writeText(value)),
  'text value': () => undefined,
};

function numbered(code: number | undefined): Uint8Array | undefined {
  return code === undefined ? undefined : writeInteger(code);
}

function writeParameter(name: string, value: string): Uint8Array {
  const known = PARAMETERS_BY_NAME.get(name);
  return joined(
    known === undefined ? writeText(name) : writeInteger(known.code),
    // What has no number in the table of its parameter goes as text (WSP, typed values).
    (known && WRITERS[known.type](value)) ?? writeTextValue(value),
  );
}

function writeTextValue(value: string): Uint8Array {
  return writeText(value === '' || isToken(value) ? value : `${TEXT_QUOTE}${value}`);
}

/**
 * Reads the Content-Type, which stands before the other headers.
 *
 * @param remarks takes what is not as WSP says and was passed over
 * @throws {MalformedError}
 */
export function readContentType(reader: ByteReader, remarks: string[]): string {
  const first = reader.next ?? 0;
  if (first < ' '.charCodeAt(0)) {
    const { bytes, at } = readCounted(reader, 'the content type');
    const inner = new ByteReader(bytes, at);
    const { name, parameters } = readMedia(inner);
    const read = [...parameters];
    while (inner.left > 0) {
      const parameter = readParameter(inner, remarks);
      if (parameter !== undefined) read.push(parameter);
    }
    return formatMediaType({ name, parameters: read });
  }
  return formatMediaType(readMedia(reader));
}

function readMedia(reader: ByteReader): MediaType {
  const { at } = reader;
  const value = readValue(reader, 'the media type');
  if (value.form === 'text') {
    const type = isHeaderText(value.text) ? parseMediaType(value.text) : undefined;
    if (type !== undefined) return type;
    throw new MalformedError(`the media type is ${JSON.stringify(value.text)}; expected type/subtype`, at);
  }
  const code = numberIn(value, 'the media type');
  if (code === undefined) throw new MalformedError('the media type is empty', at);
  const name = MEDIA_TYPES.get(code);
  if (name !== undefined) return { name, parameters: [] };
  throw new MalformedError(`media type 0x${code.toString(16)} is not known`, at);
}

/** A parameter; undefined for one that was passed over. */
function readParameter(reader: ByteReader, remarks: string[]): [name: string, value: string] | undefined {
  const { at } = reader;
  const name = readValue(reader, 'a parameter of the content type');
  const code = name.form === 'text' ? undefined : numberIn(name, 'a parameter of the content type');
  const known = code === undefined ? undefined : PARAMETERS_BY_CODE.get(code);
  const told =
    known?.name ?? (name.form === 'text' ? name.text.toLowerCase() : `0x${(code ?? 0).toString(16)}`);
  const value = readValue(reader, `the parameter ${told}`);
  const text = known === undefined ? plainText(value) : parameterText(known, value);
  if (
    (known === undefined && name.form !== 'text') ||
    text === undefined ||
    !isToken(told) ||
    !isHeaderText(text)
  ) {
    remarks.push(`parameter ${JSON.stringify(told)} of the content type was passed over (at byte ${at})`);
    return undefined;
  }
  return [told, text];
}

/** How numbers of a type are told. */
const NAMES: Readonly<Record<ParameterType, (code: number) => string | undefined>> = {
  charset: (code) => CHARSETS.get(code) ?? String(code),
  integer: String,
  'media type': (code) => MEDIA_TYPES.get(code),
  security: (code) => SECURITY_METHODS[code] ?? String(code),
  'text string': () => undefined,
  'text value': () => undefined,
};

function parameterText({ name, type }: Parameter, value: Value): string | undefined {
  const number = type.startsWith('text') ? undefined : numberIn(value, `the parameter ${name}`);
  return number === undefined ? plainText(value) : NAMES[type](number);
}

/** A value of no type: a number, or a text, of which the empty one is no bytes. */
function plainText(value: Value): string | undefined {
  if (value.form === 'number') return String(value.number);
  if (value.form === 'text') return value.text.startsWith(TEXT_QUOTE) ? value.text.slice(1) : value.text;
  return value.bytes.length === 0 ? '' : String(numberIn(value, 'a parameter of the content type'));
}
