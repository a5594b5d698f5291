import { type ExternalBody, hashOf } from '../content/index.ts';

export interface FetchBounds {
  /** Octets. */
  readonly largest: number;
  /** Milliseconds. */
  readonly within: number;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** A content that was to be fetched, and was not. */
export class FetchError extends Error {
  /** The status that says so to whom sent the message. */
  readonly status: number;

  constructor(text: string, options: ErrorOptions & { readonly status: number }) {
    super(text, options);
    this.name = 'FetchError';
    this.status = options.status;
  }
}

/** Fetches a content that is elsewhere, by http or https and without following to other places. @throws {FetchError} */
export async function fetchContent(external: ExternalBody, bounds: FetchBounds): Promise<Uint8Array> {
  const url = URL.parse(external.url);
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:')
    throw new FetchError('its URL is neither http nor https', { status: 415 });
  if (external.expires !== undefined && external.expires <= bounds.now)
    throw new FetchError('it expired before it could be fetched', { status: 400 });
  if ((external.size ?? 0) > bounds.largest) throw tooLarge(bounds.largest);
  const bytes = await load(url, bounds);
  if (external.size !== undefined && external.size !== bytes.length)
    throw new FetchError(`${bytes.length} octets came instead of ${external.size}`, { status: 480 });
  if (external.hash !== undefined && external.hash !== hashOf(bytes))
    throw new FetchError('it is not the content that the message names by its hash', { status: 480 });
  return bytes;
}

async function load(url: URL, { largest, within }: FetchBounds): Promise<Uint8Array> {
  const signal = AbortSignal.timeout(within);
  try {
    const response = await fetch(url, { redirect: 'error', signal });
    if (response.status !== 200 || !response.body) {
      await response.body?.cancel();
      throw new FetchError(`${url.host} answers ${response.status}`, { status: 480 });
    }
    const parts: Uint8Array[] = [];
    let length = 0;
    for await (const part of response.body) {
      length += part.length;
      // Leaving the loop cancels the rest.
      if (length > largest) throw tooLarge(largest);
      parts.push(part);
    }
    return new Uint8Array(Buffer.concat(parts));
  } catch (cause) {
    if (cause instanceof FetchError) throw cause;
    const text = signal.aborted ? `did not come within ${within} ms` : describe(cause);
    throw new FetchError(`${url.host}: ${text}`, { status: 480, cause });
  }
}

function tooLarge(largest: number): FetchError {
  return new FetchError(`it is larger than ${largest} octets`, { status: 413 });
}

/** What fetch says is in its cause. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
