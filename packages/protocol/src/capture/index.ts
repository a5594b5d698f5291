/** What a file holds that somebody has captured: messages and documents, however they were written down. */
export {
  type CapturePart,
  type FoundDocument,
  type FoundNotification,
  type FoundPart,
  isFound,
  isTold,
  readCapture,
  type UnreadPart,
} from './capture.ts';
export type { Carrier, CarrierBytes, Inside, Opened, Opener } from './carriers.ts';
export type { ReadDocument, Tried } from './documents.ts';
export { type CutHead, cutBody, cutHead, type HttpHead } from './http.ts';
export type { Wrapping } from './text-forms.ts';
