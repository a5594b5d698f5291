import { MalformedError, type Opened, type Opener } from '@grove/protocol';
import { type ParsedUserData, type Part, Reassembly, readUserData } from '../sms/index.ts';
import { bytesInWords, carrierBytes } from './layout.ts';

/** Names of ports (IANA) that are seen in short messages. */
const PORTS: ReadonlyMap<number, string> = new Map([
  [2948, 'connectionless push'],
  [2949, 'secure connectionless push'],
  [9200, 'WSP'],
  [49996, 'settings of older phones'],
  [49999, 'settings of older phones'],
]);

interface Piece {
  readonly bytes: Uint8Array;
  readonly userData: ParsedUserData;
}

/** User data of short messages: the parts of a longer one are joined, whatever their order. */
export const openShortMessages: Opener = (pieces, mediaType) => {
  if (mediaType !== undefined) return undefined;
  const read: Piece[] = [];
  for (const bytes of pieces) {
    const userData = readPiece(bytes);
    if (userData === undefined) return undefined;
    read.push({ bytes, userData });
  }
  const messages = Map.groupBy(read, ({ userData: { ports, part } }, index) =>
    part === undefined ? index : [part.reference, part.total, part.wide, ports?.destination].join(),
  );
  return [...messages.values()].map(opened);
};

/** @param pieces the parts of one message, or its only one */
function opened(pieces: readonly Piece[]): Opened {
  const lengths = pieces.map(({ bytes }) => bytesInWords(bytes.length)).join(' + ');
  const { ports, part } = pieces[0]?.userData ?? {};
  const { data, missing } = joinParts(pieces.map(({ userData }) => userData));
  return {
    carrier: {
      kind: 'sms',
      title: `${pieces.length === 1 ? 'SMS user data' : `User data of ${pieces.length} SMS`}, ${lengths}`,
      facts: {
        'To port': ports && portInWords(ports.destination),
        'From port': ports && portInWords(ports.source),
        Message: part && `reference ${part.reference} (${part.wide ? 16 : 8} bits), ${part.total} parts`,
        Missing: missing.length === 0 ? undefined : `part ${missing.join(', ')}`,
        Content: data === undefined ? undefined : bytesInWords(data.length),
      },
      layout: pieces.flatMap(({ bytes, userData }) =>
        carrierBytes(bytes, userData.layout, nameOf(userData.part)),
      ),
      remarks: pieces.flatMap(({ userData }) => userData.remarks),
    },
    inside: data === undefined || data.length === 0 ? [] : [{ pieces: [data] }],
  };
}

/** User data that say more than nothing; other bytes may begin with what could be a header. */
function readPiece(bytes: Uint8Array): ParsedUserData | undefined {
  try {
    const userData = readUserData(bytes);
    return userData.ports === undefined && userData.part === undefined ? undefined : userData;
  } catch (error) {
    if (!(error instanceof MalformedError)) throw error;
    return undefined;
  }
}

/** The message of its parts, or which are missing. */
function joinParts(parts: readonly ParsedUserData[]): { data: Uint8Array | undefined; missing: number[] } {
  const reassembly = new Reassembly();
  const route = { from: '', to: '' };
  const taken = parts.map((userData) => reassembly.take(route, userData, 0).taken);
  const whole = taken.find(({ kind }) => kind === 'whole');
  if (whole?.kind === 'whole') return { data: whole.data, missing: [] };
  const present = new Set(parts.map(({ part }) => part?.sequence));
  const total = parts[0]?.part?.total ?? 0;
  const missing = Array.from({ length: total }, (_, at) => at + 1).filter(
    (sequence) => !present.has(sequence),
  );
  return { data: undefined, missing };
}

function portInWords(port: number): string {
  const name = PORTS.get(port);
  return name === undefined ? String(port) : `${port} (${name})`;
}

function nameOf(part: Part | undefined): string {
  return part === undefined ? '' : `${part.sequence}: `;
}
