import { openPoster, reasonOf } from '../../http/index.ts';
import { PapError, resultOf } from '../message/index.ts';
import { boundaryOf } from './boundary.ts';
import { type Credentials, writeCredentials } from './credentials.ts';
import { type Entity, type Envelope, isPapType, readEnvelope, writeEnvelope } from './envelope.ts';

export interface ClientOptions {
  /** Requests at the same time; further ones wait. 8 unless told otherwise. */
  readonly connections?: number | undefined;
  /** Milliseconds that a request may take from when it has a connection until its answer is there; 30 000 unless told otherwise. */
  readonly timeout?: number | undefined;
  /** Authorities for https in place of the usual ones, in PEM. */
  readonly authorities?: string | undefined;
}

/** What came of a request. `text` is one sentence for an operator. */
export type Exchange =
  /** `repeated`: the connection broke, and the request was sent once more without being known to be lost. */
  | { readonly kind: 'answered'; readonly envelope: Envelope; readonly repeated: boolean }
  /** HTTP says that these credentials may not. */
  | { readonly kind: 'forbidden'; readonly text: string }
  /** No answer, or none of PAP: what became of the request is not known. `status` is HTTP's, if there was an answer. */
  | { readonly kind: 'unreachable'; readonly text: string; readonly status?: number };

/** PAP over HTTP, the asking side. Connections are kept for the next requests. */
export interface PapClient {
  /**
   * Sends one message and reads its answer. Rejects only by the signal, and with a RangeError for a message that cannot be
   * written.
   */
  ask(
    url: URL,
    credentials: Credentials | undefined,
    envelope: Envelope,
    signal?: AbortSignal,
  ): Promise<Exchange>;
  /** Ends its connections. */
  close(): void;
}

/** Bytes of an answer. */
const LARGEST = 1024 * 1024;

/** @param whom who is asked, in the sentences for operators */
export function papClient(
  whom: 'the gateway' | 'the initiator',
  random: (bytes: number) => Uint8Array,
  options: ClientOptions = {},
): PapClient {
  const { connections = 8, timeout = 30_000, authorities } = options;
  const poster = openPoster({ connections, keepAlive: true, timeout, largest: LARGEST, authorities });

  return {
    async ask(url, credentials, envelope, signal) {
      const { contentType, body } = writeEnvelope(envelope, () => boundaryOf(random));
      // No more than these: Kannel sends what else a request has to the terminal.
      const headers = {
        'Content-Type': contentType,
        'Content-Length': String(body.length),
        ...(credentials ? { Authorization: writeCredentials(credentials) } : {}),
      };
      try {
        // PAP's ids make it harmless to send once more.
        const {
          status,
          headers: answered,
          body: answer,
          repeated,
        } = await poster.post(url, headers, body, signal);
        if (isForbidden(status)) return forbidden(status, whom, credentials);
        return understand(
          { status, contentType: answered['content-type'] ?? '', body: answer },
          whom,
          repeated,
        );
      } catch (error) {
        signal?.throwIfAborted();
        const status = statusOf(error);
        if (status !== undefined && isForbidden(status)) return forbidden(status, whom, credentials);
        return { kind: 'unreachable', text: `${url.origin}: ${reasonOf(error)}` };
      }
    },
    close: () => poster.close(),
  };
}

interface Answered extends Entity {
  readonly status: number;
}

function understand({ status, contentType, body }: Answered, whom: string, repeated: boolean): Exchange {
  if (body.length === 0)
    return { kind: 'unreachable', status, text: `${whom} answers with HTTP ${status} and nothing else` };
  try {
    // Some answers have no type, or a wrong one.
    const type = isPapType(contentType) ? contentType : 'application/xml';
    return { kind: 'answered', envelope: readEnvelope({ contentType: type, body }, 'ignore'), repeated };
  } catch (error) {
    if (!(error instanceof PapError)) throw error;
    return {
      kind: 'unreachable',
      status,
      text: `${whom} answers with HTTP ${status}, which is not PAP: ${error.message}`,
    };
  }
}

function isForbidden(status: number): boolean {
  return status === 401 || status === 403;
}

function forbidden(status: number, whom: string, credentials: Credentials | undefined): Exchange {
  const who = credentials === undefined ? 'somebody without a name' : JSON.stringify(credentials.user);
  const meaning =
    status === 403
      ? `it does not let ${who} do this`
      : credentials === undefined
        ? 'it wants a name and a password'
        : `it does not know ${who} with this password`;
  return { kind: 'forbidden', text: `${whom} answers with HTTP ${status}: ${meaning}` };
}

/** The status of an answer that Node does not read: Kannel's 401 says its length twice. */
function statusOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('rawPacket' in error) || !Buffer.isBuffer(error.rawPacket))
    return undefined;
  const [, status] = /^HTTP\/1\.[01] (\d{3})/.exec(error.rawPacket.toString('latin1', 0, 12)) ?? [];
  return status === undefined ? undefined : Number(status);
}

/** A code with its description as one sentence for operators. */
export function sentence(code: number, desc: string | undefined): string {
  const title = resultOf(code)?.title ?? 'unknown code';
  return desc === undefined || desc === '' || desc === title
    ? `${code} ${title}`
    : `${code} ${title}: ${desc}`;
}
