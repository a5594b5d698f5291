/** The virtual phone as a page in a browser, on this machine only. */
export { createHandset, type Handset, type HandsetOptions } from './handset.ts';
export { openPhonePage, type PhonePage, type PhonePageOptions } from './page.ts';
export type { PhoneView } from './view.ts';
