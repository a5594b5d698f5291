/** Whole messages in words. */
import type { Finding } from '../lint/index.ts';
import type { DecodedMessage, Encoding, Header } from '../syncml/index.ts';
import type { Severity } from '../vocabulary/index.ts';
import { describeCommands } from './command.ts';
import { describeCred } from './credentials.ts';
import type { Manner } from './manner.ts';
import { brackets, type Line, line, type Span, span, type Tone } from './text.ts';

const ENCODINGS: Readonly<Record<Encoding, string>> = { xml: 'XML', wbxml: 'WBXML' };
const SEVERITIES: readonly Severity[] = ['error', 'warning', 'note'];
const TONES = { error: 'bad', warning: 'doubtful', note: 'faint' } as const;

/** `WBXML, 1.2 kB` */
export function describeForm(encoding: Encoding, bytes: number): string {
  return `${ENCODINGS[encoding]}, ${formatBytes(bytes)}`;
}

const UNITS = ['bytes', 'kB', 'MB', 'GB', 'TB'];

/** A number of bytes in the unit that suits it. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${UNITS[unit]}`;
}

/** What a header says, by name; undefined is not said. */
export function describeHeader(header: Header, manner: Manner): Record<string, string | undefined> {
  const { maxMsgSize, maxObjSize } = header.meta ?? {};
  return {
    Session: header.sessionID,
    Message: header.msgID,
    From: placeText(header.source),
    To: placeText(header.target),
    'Answer to': header.respURI,
    Credentials: header.cred === undefined ? undefined : describeCred(header.cred, manner),
    'Takes messages to': maxMsgSize === undefined ? undefined : formatBytes(maxMsgSize),
    'Takes objects to': maxObjSize === undefined ? undefined : formatBytes(maxObjSize),
    Protocol: `${header.verProto}, DTD ${header.verDTD}`,
  };
}

function placeText({ locURI, locName }: Header['source']): string {
  return locName === undefined ? locURI : `${locURI} (${locName})`;
}

/** The body of a message: its commands with their CmdIDs, each with what is wrong with it, and whether it is final. */
export function describeBody(
  { message }: DecodedMessage,
  findings: readonly Finding[],
  manner: Manner,
): Line[] {
  const notes = new Map<string, Line[]>();
  for (const finding of findings) {
    const command = commandOf(finding.path);
    if (command === undefined) continue;
    const lines = notes.get(command) ?? [];
    notes.set(command, [...lines, noteOf(finding, finding.path.slice(command.length + 1))]);
  }
  const { commands, final } = message.body;
  return [
    ...describeCommands(commands, { ...manner, ids: true, notes }),
    line([span(final === true ? 'Final' : 'not final: more of the package follows', 'faint')]),
  ];
}

/** Findings that belong to no command. */
export function describeOthers(findings: readonly Finding[]): Line[] {
  return findings
    .filter(({ path }) => commandOf(path) === undefined)
    .map((finding) => noteOf(finding, finding.path));
}

/** The path of the innermost command in a path; undefined where there is none. */
function commandOf(path: string): string | undefined {
  return /^SyncML\/SyncBody(?:\/(?!Item\b)\w+\[\d+\])+/.exec(path)?.[0];
}

function noteOf({ rule, severity, found, expected }: Finding, path: string): Line {
  return line([
    span('!', TONES[severity]),
    span(`${path === '' ? '' : `${path}: `}${found}; expected ${expected}`, TONES[severity]),
    brackets([rule]),
  ]);
}

/** The rules that were broken, the worst first: how bad it is to break each, where it stands, and what it says. */
export function describeRules(findings: readonly Finding[]): Line[] {
  const rules = new Map(findings.map((finding) => [finding.rule, finding]));
  const width = Math.max(0, ...Array.from(rules.keys(), (rule) => rule.length));
  return Array.from(rules.values())
    .sort((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity))
    .map(({ rule, severity, says, specification, section }) =>
      line(
        [
          span(severity.padEnd(8), TONES[severity]),
          `${rule.padEnd(width)} `,
          span(`${specification}, ${section}`, 'faint'),
        ],
        [line([`       ${says}`])],
      ),
    );
}

/** One message of a conversation. */
export interface Spoken {
  /** From the device to the server, or back. */
  readonly direction: 'request' | 'response';
  readonly bytes: number;
  /** Left out where it is of no interest. */
  readonly time?: string;
  readonly encoding: Encoding;
  /** Undefined where it could not be read. */
  readonly decoded: DecodedMessage | undefined;
  readonly findings: readonly Finding[];
  /** Why it could not be read, or what the server made of it. */
  readonly remarks: readonly string[];
}

/** A message as part of a conversation: who says it, then its commands, then what is odd about it. */
export function describeSpoken(spoken: Spoken, manner: Manner = {}): Line {
  const { direction, decoded, remarks, findings } = spoken;
  const header = decoded?.message.header;
  const facts = [
    ...(header === undefined ? [] : [`message ${header.msgID}`]),
    describeForm(spoken.encoding, spoken.bytes),
    ...(header?.cred === undefined ? [] : [`credentials ${header.cred.meta?.type ?? 'of no type'}`]),
    ...(spoken.time === undefined ? [] : [spoken.time]),
  ];
  return line(
    [WHO[direction], span(facts.join(', '), 'faint')],
    [
      ...(decoded === undefined ? [] : describeCommands(decoded.message.body.commands, manner)),
      ...(decoded !== undefined && decoded.message.body.final !== true
        ? [line([span('not final', 'faint')])]
        : []),
      ...findings.map((finding) => noteOf(finding, finding.path)),
      ...remarks.map((remark) => line([span(`! ${remark}`, 'doubtful')])),
    ],
  );
}

const WHO: Readonly<Record<Spoken['direction'], Span & { tone: Tone }>> = {
  request: { text: '→ device', tone: 'strong' },
  response: { text: '← server', tone: 'strong' },
};
