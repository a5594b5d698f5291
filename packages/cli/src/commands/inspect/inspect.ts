import {
  type CapturePart,
  type DecodedMessage,
  type DigestCheck,
  describeBody,
  describeDocument,
  describeForm,
  describeHeader,
  describeMac,
  describeNotification,
  describeNotificationForm,
  describeOthers,
  describeRules,
  type Finding,
  type FoundDocument,
  isFound,
  isTold,
  type Manner,
  type PartReport,
  partAsData,
  readCapture,
  reportOn,
  type UnreadPart,
} from '@grove/protocol';
import { PUSH_OPENERS } from '@grove/push';
import {
  cut,
  formatBytes,
  formatFacts,
  formatLines,
  print,
  printable,
  printJson,
  style,
  xmlLines,
} from '../../output/index.ts';
import { UsageError } from '../../program/index.ts';
import { readInput } from '../input.ts';
import { carrierLines } from './carriers.ts';
import { checkOf } from './digest.ts';

export interface Options extends Manner {
  /** The file of the account with which digests are checked. */
  readonly account?: string;
  readonly json?: true;
  readonly xml?: true;
}

/** Characters of each reason that is given for what the input is not. */
const REASON = 160;
/** Bytes of a file that are looked at. */
const LARGEST = 16 * 1024 * 1024;

/** Finds out what is in a file, and prints it. */
export async function inspect(file: string, options: Options): Promise<void> {
  const bytes = await readInput(file);
  const name = file === '-' ? 'standard input' : file;
  if (bytes.length === 0) throw new UsageError(`${name} is empty`);
  if (bytes.length > LARGEST)
    throw new UsageError(
      `${name} has ${formatBytes(bytes.length)}; expected ${formatBytes(LARGEST)} at most`,
    );
  const parts = readCapture(bytes, PUSH_OPENERS);
  if (!parts.some(isTold)) throw new UsageError(`${name} is nothing known: ${parts.map(reasons).join('; ')}`);
  const reports = reportOn(parts);
  const asked = { secrets: options.secrets };
  if (options.json) {
    const data = reports.map((report) => partAsData(report, asked, checkOf(report.part, options)));
    return printJson(data.length === 1 ? data[0] : data);
  }
  if (options.xml) {
    const documents = parts.filter(isDocument);
    if (documents.length === 0) throw new UsageError(`${name} holds nothing that can be written as XML`);
    return print(...documents.flatMap(xmlLines));
  }
  reports.forEach((report, index) => {
    if (index > 0) print('', style('dim', '─'.repeat(RULE)), '');
    print(...describeReport(report, asked, checkOf(report.part, options)));
  });
}

function isDocument(part: CapturePart): part is FoundDocument {
  return isFound(part) && !('notification' in part);
}

/** Columns of the line between two documents. */
const RULE = 60;

function reasons(part: CapturePart): string {
  if (isFound(part) || part.tried.length === 0) return 'there is nothing in it';
  return part.tried.map(({ what, why }) => `not ${what} (${cut(printable(why), REASON)})`).join(', ');
}

function describeReport({ part, findings }: PartReport, manner: Manner, check: DigestCheck): string[] {
  if (!isFound(part)) return [...headLines(part, manner), ...describeUnread(part)];
  if ('notification' in part) {
    const { notification } = part;
    return [
      ...headLines(part, manner),
      style('bold', withWrappings(describeNotificationForm(notification), part)),
      ...formatFacts(describeNotification(notification, manner, check)),
      ...notification.remarks.map((remark) => style('yellow', `! ${printable(remark)}`)),
    ];
  }
  if ('message' in part) return describeMessage(part, findings, manner);
  const document = describeDocument(part.document, manner);
  const title = document?.title ?? '';
  return [
    ...headLines(part, manner),
    style('bold', `${title.charAt(0).toUpperCase()}${title.slice(1)}, ${formOf(part)}`),
    ...formatLines(document?.lines ?? []),
    ...formatLines(describeOthers(findings)),
    ...broken(findings),
  ];
}

function describeMessage(
  part: Extract<FoundDocument, { message: DecodedMessage }>,
  findings: readonly Finding[],
  manner: Manner,
): string[] {
  const { version, message } = part.message;
  return [
    ...headLines(part, manner),
    style('bold', `SyncML ${version} message, ${formOf(part)}`),
    ...formatFacts(describeHeader(message.header, manner)),
    ...formatLines(describeOthers(findings)),
    '',
    ...formatLines(describeBody(part.message, findings, manner)),
    ...broken(findings),
  ];
}

function describeUnread(part: UnreadPart): string[] {
  if (part.bytes.length > 0) return [`${formatBytes(part.bytes.length)}, ${reasons(part)}`];
  return part.carriers.length > 0 ? [] : ['No body'];
}

/** `WBXML, 1.2 kB (from base64)` */
function formOf(part: FoundDocument): string {
  return withWrappings(describeForm(part.encoding, part.bytes.length), part);
}

/** Where something carries a part, that is what was taken out of them. */
function withWrappings(form: string, { wrappings, carriers }: CapturePart): string {
  return carriers.length > 0 ? form : `${form}${fromWrappings(wrappings)}`;
}

function fromWrappings(wrappings: readonly string[]): string {
  return wrappings.length === 0 ? '' : ` (from ${wrappings.join(' of ')})`;
}

/** What stands around a part: an HTTP head, and what carries it. */
function headLines({ head, carriers, wrappings }: CapturePart, manner: Manner): string[] {
  const mac = head?.headers.get('x-syncml-hmac');
  const http =
    head === undefined
      ? []
      : formatFacts({
          HTTP: head.start,
          'Content-Type': head.headers.get('content-type'),
          MAC: mac === undefined ? undefined : describeMac(mac, manner),
        }).concat('');
  const around = carriers.flatMap((carrier, index) => [
    ...carrierLines(carrier, index === 0 ? fromWrappings(wrappings) : '', manner),
    '',
  ]);
  return [...http, ...around];
}

function broken(findings: readonly Finding[]): string[] {
  if (findings.length === 0) return [];
  return [
    '',
    style('bold', 'Not as the standard says:'),
    ...formatLines(describeRules(findings)).map((line) => `  ${line}`),
  ];
}
