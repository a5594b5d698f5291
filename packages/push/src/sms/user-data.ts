/** User data of a short message with a header (3GPP TS 23.040 §9.2.3.24). */
import { ByteReader, bytesOf, EncodeError, joined, within } from '@grove/protocol';
import type { Field } from '../layout/index.ts';

/** Application ports, as UDP has them. */
export interface Ports {
  readonly destination: number;
  readonly source: number;
}

/** Which part of a longer message this is. */
export interface Part {
  /** The same in all parts; two messages that a sender has on the way at once should not share one. */
  readonly reference: number;
  /** 1 to 255. */
  readonly total: number;
  /** From 1. */
  readonly sequence: number;
  /** Whether the reference has 16 bits instead of 8. */
  readonly wide: boolean;
}

export interface UserData {
  readonly ports?: Ports;
  /** Absent in a message of one part. */
  readonly part?: Part;
  readonly data: Uint8Array;
}

/** User data as they were read. */
export interface ParsedUserData extends UserData {
  /** What was passed over. */
  readonly remarks: readonly string[];
  readonly layout: readonly Field[];
}

/** Identifiers of information elements that are read. */
const ELEMENT = { part: 0x00, ports8: 0x04, ports16: 0x05, widePart: 0x08 } as const;

/** Octets of the header before any element: its length. */
const LENGTH_OCTETS = 1;

/**
 * User data as they travel: the header with its length, and the data.
 *
 * @throws {EncodeError} for numbers out of their bounds
 */
export function writeUserData({ ports, part, data }: UserData): Uint8Array {
  const elements = joined(
    ...(ports === undefined ? [] : [writeElement(ELEMENT.ports16, writePorts(ports))]),
    ...(part === undefined
      ? []
      : [writeElement(part.wide ? ELEMENT.widePart : ELEMENT.part, writePart(part))]),
  );
  return joined(Uint8Array.of(elements.length), elements, data);
}

/** Octets of the header that {@link writeUserData} writes. */
export function headerLength(userData: Omit<UserData, 'data'>): number {
  return writeUserData({ ...userData, data: new Uint8Array(0) }).length;
}

function writeElement(id: number, content: Uint8Array): Uint8Array {
  return joined(Uint8Array.of(id, content.length), content);
}

function writePorts({ destination, source }: Ports): Uint8Array {
  return joined(
    bytesOf(within(destination, 'the destination port', 0, 0xffff), 2),
    bytesOf(within(source, 'the source port', 0, 0xffff), 2),
  );
}

function writePart({ reference, total, sequence, wide }: Part): Uint8Array {
  if (sequence > total) throw new EncodeError(`part ${sequence} of ${total}; expected at most ${total}`);
  return joined(
    bytesOf(within(reference, 'the reference of the message', 0, wide ? 0xffff : 0xff), wide ? 2 : 1),
    Uint8Array.of(within(total, 'the number of parts', 1, 0xff), within(sequence, 'the part', 1, 0xff)),
  );
}

/**
 * Reads user data that begin with a header.
 *
 * @throws {MalformedError} when the header is longer than the data, or an element longer than the header.
 */
export function readUserData(bytes: Uint8Array): ParsedUserData {
  const reader = new ByteReader(bytes);
  const layout: Field[] = [];
  const remarks: string[] = [];
  const header = reader.part(reader.number(LENGTH_OCTETS, 'the length of the header'), 'the header');
  layout.push({ at: 0, length: LENGTH_OCTETS, name: 'length of the header', value: String(header.left) });
  let known: Omit<UserData, 'data'> = {};
  while (header.left > 0) {
    const { at } = header;
    const id = header.number(1, 'an element of the header');
    const name = `element 0x${id.toString(16).padStart(2, '0')}`;
    const content = header.take(header.number(1, `the length of ${name}`), name);
    const found = ELEMENTS.get(id)?.(content);
    // Of elements that exclude each other the last one counts (TS 23.040 §9.2.3.24).
    if (typeof found === 'object') known = { ...known, ...found.known };
    else remarks.push(`${name} was passed over: ${found ?? 'it is not known'} (at byte ${at})`);
    const { what = name, told = '' } = typeof found === 'object' ? found : {};
    layout.push({ at, length: header.at - at, name: what, value: told });
  }
  const data = new Uint8Array(reader.take(reader.left, 'the data'));
  if (data.length > 0)
    layout.push({ at: bytes.length - data.length, length: data.length, name: 'data', value: '' });
  return { ...known, data, remarks, layout };
}

interface Element {
  readonly known: Omit<UserData, 'data'>;
  readonly what: string;
  readonly told: string;
}

/** How elements are read, by their identifiers; a text says why one counts for nothing. */
const ELEMENTS: ReadonlyMap<number, (content: Uint8Array) => Element | string> = new Map([
  [ELEMENT.part, (content) => readPart(content, false)],
  [ELEMENT.widePart, (content) => readPart(content, true)],
  [ELEMENT.ports8, (content) => readPorts(content, 1)],
  [ELEMENT.ports16, (content) => readPorts(content, 2)],
]);

function readPorts(content: Uint8Array, octets: 1 | 2): Element | string {
  if (content.length !== 2 * octets) return `it has ${content.length} bytes, expected ${2 * octets}`;
  const reader = new ByteReader(content);
  const ports = {
    destination: reader.number(octets, 'the destination port'),
    source: reader.number(octets, 'the source port'),
  };
  return { known: { ports }, what: 'ports', told: `to ${ports.destination}, from ${ports.source}` };
}

function readPart(content: Uint8Array, wide: boolean): Element | string {
  const octets = wide ? 4 : 3;
  if (content.length !== octets) return `it has ${content.length} bytes, expected ${octets}`;
  const reader = new ByteReader(content);
  const reference = reader.number(octets - 2, 'the reference');
  const total = reader.number(1, 'the number of parts');
  const sequence = reader.number(1, 'the part');
  if (sequence === 0 || sequence > total) return `it says part ${sequence} of ${total}`;
  const told = `${sequence} of ${total}, reference ${reference}`;
  return { known: { part: { reference, total, sequence, wide } }, what: 'part', told };
}
