/** Short messages as modems write them: SMS-DELIVER and SMS-SUBMIT (3GPP TS 23.040 §9.2.2), perhaps behind the SMS centre's number (TS 27.005). */
import { ByteReader, MalformedError } from '@grove/protocol';

/** A short message between a phone and its SMS centre. */
export interface TransferUnit {
  readonly type: 'SMS-DELIVER' | 'SMS-SUBMIT';
  /** Who sent it, or whom it is for. */
  readonly address: string;
  /** Number of the SMS centre, where it stands before the message. */
  readonly centre?: string;
  readonly dataCoding: number;
  readonly protocol: number;
  /** Whether the user data begin with a header. */
  readonly hasHeader: boolean;
  /** As they travel, header and all; of 7-bit text the packed octets. */
  readonly userData: Uint8Array;
}

const DELIVER = 0;
const SUBMIT = 1;
const HEADER_INDICATOR = 0x40;
/** Octets of TP-VP by TP-VPF: none, enhanced, relative, absolute. */
const VALIDITY_OCTETS = [0, 7, 1, 7];
const TIMESTAMP_OCTETS = 7;
const MOST_DIGITS = 20;
/** Set in the type of every address. */
const EXTENSION = 0x80;
const INTERNATIONAL = 0x10;
const ALPHANUMERIC = 0x50;
const TYPE_OF_NUMBER = 0x70;

/**
 * Reads a message that has nothing before it and behind it.
 *
 * @param hasCentre whether the number of the SMS centre stands before it, or 0 where that is the default one
 * @throws {MalformedError}
 */
export function readTransferUnit(bytes: Uint8Array, hasCentre: boolean): TransferUnit {
  const reader = new ByteReader(bytes);
  const centre = hasCentre ? readCentre(reader) : undefined;
  const first = reader.number(1, 'the first octet');
  const type = first & 0x03;
  if (type !== DELIVER && type !== SUBMIT) {
    throw new MalformedError(
      `message type ${type}; expected SMS-DELIVER (0) or SMS-SUBMIT (1)`,
      reader.at - 1,
    );
  }
  if (type === SUBMIT) reader.number(1, 'the message reference');
  const address = readAddress(reader);
  const protocol = reader.number(1, 'the protocol identifier');
  const dataCoding = reader.number(1, 'the data coding scheme');
  if (type === DELIVER) readTimestamp(reader);
  else reader.take(VALIDITY_OCTETS[(first >> 3) & 0x03] ?? 0, 'the validity period');
  const length = reader.number(1, 'the length of the user data');
  const octets = isPacked(dataCoding) ? Math.ceil((length * 7) / 8) : length;
  const userData = new Uint8Array(reader.take(octets, 'the user data'));
  if (reader.left > 0)
    throw new MalformedError(`${reader.left} bytes follow the user data; expected none`, reader.at);
  return {
    type: type === DELIVER ? 'SMS-DELIVER' : 'SMS-SUBMIT',
    address,
    ...(centre === undefined ? {} : { centre }),
    dataCoding,
    protocol,
    hasHeader: (first & HEADER_INDICATOR) !== 0,
    userData,
  };
}

/** Whether characters are of 7 bits, eight of them in seven octets (TS 23.038 §4). */
function isPacked(dataCoding: number): boolean {
  const group = dataCoding >> 4;
  if (group === 0xf) return (dataCoding & 0x04) === 0;
  return group < 0x8 ? (dataCoding & 0x0c) === 0 : group !== 0xe;
}

function readCentre(reader: ByteReader): string | undefined {
  const octets = reader.number(1, 'the length of the number of the SMS centre');
  return octets === 0
    ? undefined
    : digitsIn(reader.part(octets, 'the number of the SMS centre'), 2 * (octets - 1));
}

function readAddress(reader: ByteReader): string {
  const digits = reader.number(1, 'the length of the address');
  if (digits > MOST_DIGITS) throw new MalformedError(`an address of ${digits} digits`, reader.at - 1);
  return digitsIn(reader.part(1 + Math.ceil(digits / 2), 'the address'), digits);
}

const DIGITS = '0123456789*#abc';
const FILLER = 0xf;

/** A number in semi-octets, the first digit in the lower half, behind its type. */
function digitsIn(reader: ByteReader, most: number): string {
  const { at } = reader;
  const type = reader.number(1, 'the type of an address');
  if (type < EXTENSION) throw new MalformedError(`0x${type.toString(16)} is no type of an address`, at);
  const octets = reader.take(reader.left, 'an address');
  if ((type & TYPE_OF_NUMBER) === ALPHANUMERIC) return textIn(octets, Math.floor((most * 4) / 7));
  const halves = [...octets].flatMap((octet) => [octet & 0xf, octet >> 4]);
  const told = halves.at(-1) === FILLER || halves.length > most ? halves.slice(0, -1) : halves;
  if (told.includes(FILLER)) throw new MalformedError('a number ends within its digits', at);
  const number = told.map((digit) => DIGITS[digit]).join('');
  return (type & TYPE_OF_NUMBER) === INTERNATIONAL ? `+${number}` : number;
}

/** The text of packed characters of 7 bits (TS 23.038 §6); what is not as in ASCII there is a question mark. */
function textIn(octets: Uint8Array, count: number): string {
  const bits = [...octets].flatMap((octet) => Array.from({ length: 8 }, (_, bit) => (octet >> bit) & 1));
  return Array.from({ length: count }, (_, at) => {
    const code = bits.slice(7 * at, 7 * at + 7).reduce((sum, bit, place) => sum | (bit << place), 0);
    const character = String.fromCharCode(code);
    return /[ !"#%-?A-Za-z]/.test(character) ? character : '?';
  }).join('');
}

/** Looks whether a time stamp can be one: it is in decimal digits. */
function readTimestamp(reader: ByteReader): void {
  const { at } = reader;
  const octets = reader.take(TIMESTAMP_OCTETS, 'the time stamp');
  const [, month = 0, day = 0] = octets;
  const isDecimal = octets.subarray(0, 6).every((octet) => (octet & 0xf) <= 9 && octet >> 4 <= 9);
  if (!isDecimal || month === 0 || day === 0) throw new MalformedError('the time stamp is none', at);
}
