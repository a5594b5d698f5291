import { type MediaType, parseMediaType } from '../../media-type/index.ts';
import { type Part, RelatedError, readRelated, writeRelated } from '../entity/index.ts';
import { type PapDocument, PapError, RESULT, readPap, subjectOf, writePap } from '../message/index.ts';

/** What PAP sends in one direction: a control document, and what belongs to it (content, capabilities). */
export interface Envelope {
  readonly document: PapDocument;
  readonly parts: readonly Part[];
}

/** An envelope as HTTP carries it. */
export interface Entity {
  readonly contentType: string;
  readonly body: Uint8Array;
}

const XML = new Set(['application/xml', 'text/xml']);
const RELATED = 'multipart/related';

/** Whether HTTP's Content-Type is one that PAP may come in. */
export function isPapType(contentType: string | undefined): boolean {
  const type = parseMediaType(contentType ?? '')?.name ?? '';
  return type === RELATED || XML.has(type);
}

/**
 * Opens an entity: multipart/related with the control document first, or where the parameter `start` says, or the
 * document alone.
 *
 * @param unknown what `readPap` does with what PAP does not have
 * @throws {PapError}
 */
export function readEnvelope({ contentType, body }: Entity, unknown: 'refuse' | 'ignore'): Envelope {
  const media = parseMediaType(contentType);
  const fail = (problem: string, cause?: unknown): never => {
    throw new PapError(problem, { code: RESULT.badRequest.code, cause });
  };
  if (!media || !isPapType(contentType)) {
    return fail(
      `the Content-Type is ${JSON.stringify(contentType.slice(0, 80))}; expected ${RELATED} or application/xml`,
    );
  }
  if (media.name !== RELATED) {
    return { document: readPap(body, { unknown, charset: parameterOf(media, 'charset') }), parts: [] };
  }
  const boundary = parameterOf(media, 'boundary');
  if (boundary === undefined) return fail(`the Content-Type ${RELATED} has no boundary`);
  const parts: Part[] = [];
  let fault: RelatedError | undefined;
  try {
    for (const part of readRelated(body, boundary)) parts.push(part);
  } catch (error) {
    if (!(error instanceof RelatedError)) throw error;
    fault = error;
  }
  const at = startOf(parts, parameterOf(media, 'start'));
  const control = parts[at];
  if (!control) {
    return fail(fault?.message ?? `${RELATED} has no part; expected the control document`, fault);
  }
  const type = control.headers.find(([name]) => name === 'content-type')?.[1];
  const inner = type === undefined ? undefined : parseMediaType(type);
  if (type !== undefined && !XML.has(inner?.name ?? '')) {
    return fail(
      `part ${at + 1} is ${JSON.stringify(type.slice(0, 80))}; expected the control document, application/xml`,
    );
  }
  const document = readPap(control.body, { unknown, charset: parameterOf(inner, 'charset') });
  if (fault) {
    const { version, message } = document;
    const known = { version, subject: subjectOf(message), cause: fault };
    throw new PapError(fault.message, { code: RESULT.badRequest.code, ...known });
  }
  return { document, parts: parts.toSpliced(at, 1) };
}

/** The first of a name: what another program behind us reads must not depend on which it prefers. */
function parameterOf(media: MediaType | undefined, name: string): string | undefined {
  return media?.parameters.find(([known]) => known === name)?.[1];
}

/** The part that the parameter `start` names by its Content-ID (RFC 2387, section 3.2), or the first. */
function startOf(parts: readonly Part[], start: string | undefined): number {
  if (start === undefined) return 0;
  const bare = (id: string) => id.trim().replace(/^<(.*)>$/s, '$1');
  const at = parts.findIndex(({ headers }) =>
    headers.some(([name, value]) => name === 'content-id' && bare(value) === bare(start)),
  );
  return Math.max(at, 0);
}

/**
 * Closes an envelope: the document alone, or multipart/related where something belongs to it.
 *
 * @param boundary random, for multipart/related
 * @throws {RangeError} for what XML or a header cannot carry
 */
export function writeEnvelope({ document, parts }: Envelope, boundary: () => string): Entity {
  const xml = new TextEncoder().encode(writePap(document));
  const contentType = 'application/xml; charset=UTF-8';
  if (parts.length === 0) return { contentType, body: xml };
  const border = boundary();
  const control: Part = { headers: [['Content-Type', contentType]], body: xml };
  return {
    contentType: `${RELATED}; boundary="${border}"; type="application/xml"`,
    body: writeRelated([control, ...parts], border),
  };
}
