/** What goes over the wire, in words: lines for people, which a terminal, a page or a plain text can show. */
export { queryInWords } from './address.ts';
export { describeAlert, describeStatus } from './codes.ts';
export { describeCommands } from './command.ts';
export { describeMac } from './credentials.ts';
export { partAsData } from './data.ts';
export type { DocumentText } from './document.ts';
export type { Manner } from './manner.ts';
export {
  describeBody,
  describeForm,
  describeHeader,
  describeOthers,
  describeRules,
  describeSpoken,
  formatBytes,
  type Spoken,
} from './message.ts';
export { type DigestCheck, describeNotification, describeNotificationForm } from './notification.ts';
export { describeDocument } from './payload.ts';
export { type PartReport, reportOn } from './report.ts';
export { isSecretNode } from './secrets.ts';
export { drawBranches, type Line, layOut, printable, type Span, type Tone } from './text.ts';
