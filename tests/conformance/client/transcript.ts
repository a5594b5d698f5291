/** What was said in a case, for a person. */
import { wbxmlToXml } from '@grove/protocol';
import type { Answer } from './subject.ts';

/** Characters of a message that are kept. */
const LONGEST = 20_000;

export class Transcript {
  readonly lines: string[] = [];

  note(speaker: 'client' | 'server', { encoding, body, mac }: Answer): void {
    const arrow = speaker === 'client' ? '→' : '←';
    const proof = mac === undefined ? '' : `, x-syncml-hmac: ${mac}`;
    this.lines.push(
      `${arrow} ${speaker}, ${encoding}, ${body.length} bytes${proof}`,
      readable({ encoding, body }),
    );
  }

  end(): void {
    this.lines.push('→ the client sends nothing more');
  }
}

function readable({ encoding, body }: Answer): string {
  try {
    const text = new TextDecoder().decode(encoding === 'wbxml' ? wbxmlToXml(body) : body);
    const short = text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
    return short.replaceAll(/></g, '>\n<');
  } catch {
    return Buffer.from(body.subarray(0, LONGEST)).toString('hex');
  }
}
