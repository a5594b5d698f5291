/** Headers of a push behind its Content-Type: by their numbers where they have some, as text otherwise. */
import { type ByteReader, EncodeError, joined, LimitError, MalformedError } from '@grove/protocol';
import { isHeaderText, isToken } from '../media-type/index.ts';
import { applicationCode, applicationOf, knownApplication } from './application-ids.ts';
import {
  APPLICATION_ID,
  CONTENT_ENCODINGS,
  CONTENT_TYPE,
  DEFAULT_CODE_PAGE,
  HEADER_NAMES,
  type HeaderName,
  type HeaderType,
} from './header-names.ts';
import {
  integerOf,
  numberIn,
  readText,
  readValue,
  type Value,
  writeInteger,
  writeLongInteger,
  writeText,
} from './values.ts';

/** A header as it was read. */
export interface ReadHeader {
  /** In lower case; `0x…` for one whose number is not known. */
  readonly name: string;
  /** Undefined where it was passed over. */
  readonly value: string | undefined;
  /** Where it begins, in bytes from the start, with a shift to its code page. */
  readonly at: number;
}

const BY_CODE = new Map(HEADER_NAMES.map((header) => [header.code, header]));
const BY_NAME = new Map([...HEADER_NAMES].reverse().map((header) => [header.name, header]));
/** Headers that are read: more than any push has. */
const MOST_HEADERS = 64;
/** The byte before the number of a code page; the numbers up to {@link SHORT_SHIFTS} are a shift by themselves. */
const SHIFT = 0x7f;
const SHORT_SHIFTS = 0x1f;
/** Milliseconds since the epoch that a Date can be. */
const MOST_DATE = 8.64e15;

const CONTENT_TYPE_NAME = BY_CODE.get(CONTENT_TYPE)?.name;
/** Headers that a push says in a way of its own. */
const SAID_ELSEWHERE = [CONTENT_TYPE_NAME, BY_CODE.get(APPLICATION_ID)?.name];

/** The header that names the application: with its number where it has one. */
export function writeApplicationId(id: string): Uint8Array {
  return joined(writeInteger(APPLICATION_ID), writeApplication(id));
}

function writeApplication(id: string): Uint8Array {
  const code = applicationCode(id);
  if (code !== undefined) return writeInteger(code);
  if (id === '') throw new EncodeError('the application id is empty; expected an URI or a number');
  return writeText(id);
}

/** @throws {EncodeError} */
export function writeHeader(name: string, value: string): Uint8Array {
  const lower = name.toLowerCase();
  if (!isToken(name)) throw new EncodeError(`a header is named ${JSON.stringify(name)}; expected a token`);
  if (SAID_ELSEWHERE.includes(lower)) {
    throw new EncodeError(`${name} is among the further headers; expected it only as a property of the push`);
  }
  const text = value.trim();
  const known = BY_NAME.get(lower);
  const coded = known?.type && WRITERS[known.type](text);
  return known === undefined || coded === undefined
    ? joined(writeText(lower), writeText(text))
    : joined(writeInteger(known.code), coded);
}

/** How values of a type are written; undefined where a value is none of it, so that the header goes as text. */
const WRITERS: Readonly<Record<HeaderType, (value: string) => Uint8Array | undefined>> = {
  text: writeText,
  integer: (value) => {
    const number = integerOf(value);
    return number === undefined ? undefined : writeInteger(number);
  },
  'short integer': (value) => {
    const number = integerOf(value);
    return number === undefined || number > 0x7f ? undefined : writeInteger(number);
  },
  date: (value) => {
    const date = new Date(value);
    const seconds = date.getTime() / 1000;
    return seconds >= 0 && date.toUTCString() === value ? writeLongInteger(seconds) : undefined;
  },
  application: (value) => (value === '' ? undefined : writeApplication(value)),
  encoding: (value) => {
    const code = CONTENT_ENCODINGS.indexOf(value.toLowerCase());
    return code < 0 ? undefined : writeInteger(code);
  },
};

/**
 * Reads headers until the end.
 *
 * @param remarks takes what is not as WSP says, and what was passed over because it is not known
 * @throws {MalformedError} when it cannot be told where a header ends.
 */
export function readHeaders(
  reader: ByteReader,
  remarks: string[],
  onHeader: (header: ReadHeader) => void,
): void {
  let page = DEFAULT_CODE_PAGE;
  let count = 0;
  let { at } = reader;
  while (reader.left > 0) {
    const first = reader.next ?? 0;
    if (first === 0) throw new MalformedError('a header begins with 0; expected its name', reader.at);
    if (first === SHIFT || first <= SHORT_SHIFTS) {
      page = reader.number(1, 'the code page');
      if (page === SHIFT) page = reader.number(1, 'the code page');
      continue;
    }
    if (++count > MOST_HEADERS) throw new LimitError(`more than ${MOST_HEADERS} headers`, at);
    const { name, value, lack } = first < 0x80 ? readNamed(reader) : readCoded(reader, page);
    const isTold = value !== undefined && isHeaderText(value) && isToken(name) && name !== CONTENT_TYPE_NAME;
    onHeader({ name, value: isTold ? value.trim() : undefined, at });
    if (!isTold) remarks.push(`header ${JSON.stringify(name)} was passed over: ${lack} (at byte ${at})`);
    ({ at } = reader);
  }
}

interface Found {
  readonly name: string;
  readonly value: string | undefined;
  /** What keeps it from being told. */
  readonly lack: string;
}

/** A header whose name is text. */
function readNamed(reader: ByteReader): Found {
  const name = readText(reader, 'the name of a header').toLowerCase();
  const text = readText(reader, `the header ${name}`);
  const value = BY_NAME.get(name)?.type === 'application' ? knownApplication(text) || undefined : text;
  return { name, value, lack: 'its text is not that of a header' };
}

/** A header whose name is a number. */
function readCoded(reader: ByteReader, page: number): Found {
  const code = reader.number(1, 'a header') & 0x7f;
  const known = page === DEFAULT_CODE_PAGE ? BY_CODE.get(code) : undefined;
  const name = known?.name ?? `0x${code.toString(16)}`;
  const value = readValue(reader, `the header ${name}`);
  if (known === undefined)
    return { name, value: undefined, lack: `its number is not known on code page ${page}` };
  return { name, value: textIn(known, value), lack: 'its value is in a form that is not read' };
}

/** How numbers of a type are told; undefined where they are none. */
const NUMBERS: Readonly<Record<HeaderType, (number: number) => string | undefined>> = {
  text: () => undefined,
  integer: String,
  'short integer': String,
  date: (seconds) => (seconds * 1000 <= MOST_DATE ? new Date(seconds * 1000).toUTCString() : undefined),
  application: applicationOf,
  encoding: (code) => CONTENT_ENCODINGS[code],
};

function textIn({ name, type }: HeaderName, value: Value): string | undefined {
  if (value.form === 'text')
    return type === 'application' ? knownApplication(value.text) || undefined : value.text;
  // An empty text begins, and ends, with the byte that says that no bytes follow.
  if (type === 'text') return value.form === 'bytes' && value.bytes.length === 0 ? '' : undefined;
  const number = type === undefined ? undefined : numberIn(value, `the header ${name}`);
  return type === undefined || number === undefined ? undefined : NUMBERS[type](number);
}
