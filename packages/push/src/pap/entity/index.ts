/** How a control document travels with what belongs to it: media types and multipart/related. */
export { type MediaType, readMediaType } from './media-type.ts';
export { type Part, RelatedError, readRelated, writeRelated } from './related.ts';
