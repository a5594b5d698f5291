/** The five bytes that say how: version, ui-mode and initiator (DM_Notification 1.2.1, trigger header). */
import { within } from '../octets/index.ts';
import { INITIATORS, type Initiator, UI_MODES, type UiMode } from './notification.ts';

export const HEAD_BYTES = 5;

/** Highest version that ten bits hold. */
const MAX_VERSION = 0x3ff;
const FUTURE_USE_BITS = 27;

export interface Head {
  readonly version: number;
  readonly uiMode: UiMode;
  readonly initiator: Initiator;
  /** The low 27 bits, of no use in DM 1.2. */
  readonly futureUse: number;
}

/** @throws {EncodeError} for a version that ten bits do not hold. */
export function writeHead({ version, uiMode, initiator, futureUse }: Head): Uint8Array {
  within(version, 'version', 0, MAX_VERSION);
  const bytes = new Uint8Array(HEAD_BYTES);
  const view = new DataView(bytes.buffer);
  bytes[0] = version >> 2;
  view.setUint32(
    1,
    (((version & 3) << 30) |
      (UI_MODES.indexOf(uiMode) << 28) |
      (INITIATORS.indexOf(initiator) << FUTURE_USE_BITS) |
      futureUse) >>>
      0,
  );
  return bytes;
}

/** @param bytes {@link HEAD_BYTES} of them */
export function readHead(bytes: Uint8Array): Head {
  const [first = 0] = bytes;
  const rest = new DataView(bytes.buffer, bytes.byteOffset).getUint32(1);
  return {
    version: (first << 2) | (rest >>> 30),
    uiMode: UI_MODES[(rest >>> 28) & 3] ?? 'not-specified',
    initiator: (rest >>> FUTURE_USE_BITS) & 1 ? 'server' : 'user',
    futureUse: rest & (2 ** FUTURE_USE_BITS - 1),
  };
}
