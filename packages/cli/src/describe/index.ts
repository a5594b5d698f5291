/** What goes over the wire, in words. */
export { describeAlert, describeStatus } from './codes.ts';
export { type DocumentText, describeDocument } from './document.ts';
export { describeDeviations, describeForm, describeMessage, describeSpoken, type Spoken } from './message.ts';
