/** Notifications by the layout of DM_Notification 1.2.1, written out anew. */
import { macProof } from './proof.ts';
import type { DmAccount, Pushed } from './subject.ts';

/** How a notification differs from a good one that asks for a session in the background. */
export interface NotificationParts {
  /** 11, DM 1.2, unless told. */
  readonly version?: number;
  /** 0 not specified, 1 background, 2 informative, 3 user interaction. */
  readonly uiMode?: number;
  readonly sessionID?: number;
  readonly serverID?: string;
  /** The bits that are zero. */
  readonly futureUse?: number;
  /** What the vendor has to say. */
  readonly body?: Uint8Array;
  /** Base64; the server's next one unless told. */
  readonly nonce?: string;
  readonly password?: string;
}

export function pushed({ serverID: own, server }: DmAccount, parts: NotificationParts): Pushed {
  const { version = 11, uiMode = 1, sessionID = 0x1a2b, serverID = own, futureUse = 0 } = parts;
  const { nonce = server.nonce, password = server.password, body = new Uint8Array(0) } = parts;
  const head = (BigInt(version) << 30n) | (BigInt(uiMode) << 28n) | (1n << 27n) | BigInt(futureUse);
  const name = Buffer.from(serverID);
  const trigger = Buffer.concat([
    Buffer.from(head.toString(16).padStart(10, '0'), 'hex'),
    Buffer.from(sessionID.toString(16).padStart(4, '0'), 'hex'),
    Buffer.of(name.length),
    name,
    body,
  ]);
  const digest = Buffer.from(macProof({ user: serverID, password }, nonce, trigger), 'base64');
  return {
    mediaType: 'application/vnd.syncml.notification',
    body: new Uint8Array(Buffer.concat([digest, trigger])),
  };
}
