/** Captures with their findings: each message held against those around it. */
import { MAC_HEADER } from '../auth/index.ts';
import { type CapturePart, isFound } from '../capture/index.ts';
import { Conversation, type Finding, lintDocument } from '../lint/index.ts';

/** A part of a capture, and what in it is not as the standard says. */
export interface PartReport {
  readonly part: CapturePart;
  readonly findings: readonly Finding[];
}

/** Holds the parts of a capture against the rules; messages of one session also against one another. */
export function reportOn(parts: readonly CapturePart[]): PartReport[] {
  const conversation = new Conversation();
  return parts.map((part) => {
    if (!isFound(part) || 'notification' in part) return { part, findings: [] };
    if ('document' in part) return { part, findings: lintDocument(part.document, part.deviations) };
    const { headers } = part.head ?? {};
    const transport = { contentType: headers?.get('content-type'), mac: headers?.get(MAC_HEADER) };
    return { part, findings: conversation.lint(part.message, { bytes: part.bytes.length, transport }) };
  });
}
