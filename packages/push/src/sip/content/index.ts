/** How a push is in a SIP MESSAGE: what both ends have to agree on. */
export { acceptContact, applicationOf, PUSH_FEATURE } from './application.ts';
export {
  EXTERNAL_BODY,
  type ExternalBody,
  hashOf,
  mediaTypeOf,
  readExternalBody,
  writeExternalBody,
} from './external-body.ts';
export { contentHeaders } from './headers.ts';
