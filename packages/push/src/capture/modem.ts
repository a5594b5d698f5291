import { MalformedError, type Opened, type Opener } from '@grove/protocol';
import { isEightBit, readTransferUnit, type TransferUnit } from '../sms/index.ts';
import { bytesInWords, hexByte } from './layout.ts';

interface Piece {
  readonly length: number;
  readonly unit: TransferUnit;
}

/** Short messages as modems write them (`AT+CMGL`): with or without the number of the SMS centre before them. */
export const openModem: Opener = (pieces, mediaType) => {
  if (mediaType !== undefined) return undefined;
  const read: Piece[] = [];
  for (const bytes of pieces) {
    const unit = readPiece(bytes);
    if (unit === undefined) return undefined;
    read.push({ length: bytes.length, unit });
  }
  const messages = Map.groupBy(read, ({ unit: { type, address, centre, dataCoding } }) =>
    JSON.stringify([type, address, centre, dataCoding]),
  );
  return [...messages.values()].map(opened);
};

function readPiece(bytes: Uint8Array): TransferUnit | undefined {
  for (const hasCentre of [true, false]) {
    try {
      return readTransferUnit(bytes, hasCentre);
    } catch (error) {
      if (!(error instanceof MalformedError)) throw error;
    }
  }
  return undefined;
}

function opened(pieces: readonly Piece[]): Opened {
  const [first] = pieces;
  const { type = '', address, centre, dataCoding = 0, protocol = 0 } = first?.unit ?? {};
  const lengths = pieces.map(({ length }) => bytesInWords(length)).join(' + ');
  const data = pieces.filter(({ unit }) => unit.hasHeader && isEightBit(unit.dataCoding));
  return {
    carrier: {
      kind: 'sms-transfer',
      title: `${pieces.length === 1 ? type : `${pieces.length} × ${type}`}, ${lengths}`,
      facts: {
        [type === 'SMS-DELIVER' ? 'From' : 'To']: address,
        'SMS centre': centre,
        'Data coding': `${hexByte(dataCoding)} (${isEightBit(dataCoding) ? '8 bits' : 'text'})`,
        Protocol: hexByte(protocol),
      },
      layout: [],
      remarks:
        data.length === pieces.length
          ? []
          : ['user data without a header, or of text, are no push and not opened'],
    },
    inside: data.length === 0 ? [] : [{ pieces: data.map(({ unit }) => unit.userData) }],
  };
}
