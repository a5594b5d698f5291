import type { SessionState } from '../session/index.ts';
import type { Response, Transport } from '../transport/index.ts';
import type { Journal, TracedMessage } from './report.ts';

/** By what messages go, and who sees them. */
export interface ExchangedBy {
  readonly transport: Transport;
  readonly onMessage?: (message: TracedMessage) => void;
}

/**
 * Sends the last message of a session, and gives the answer.
 *
 * @throws {TransportError} when no answer can be had.
 */
export async function exchange(
  { transport, onMessage }: ExchangedBy,
  { encoding, sessionID, sent }: SessionState,
  journal: Journal,
  signal: AbortSignal | undefined,
): Promise<Response> {
  const body = Uint8Array.fromBase64(sent.body);
  journal.noteSent(body.length);
  const shown = sent.masked === undefined ? body : Uint8Array.fromBase64(sent.masked);
  onMessage?.({ direction: 'sent', encoding, body: shown, sessionID });
  const sentAt = performance.now();
  const answer = await transport.exchange({ uri: sent.uri, encoding, body, mac: sent.mac, signal });
  journal.noteReceived(answer.body.length, performance.now() - sentAt);
  onMessage?.({ direction: 'received', ...answer, sessionID });
  return answer;
}
