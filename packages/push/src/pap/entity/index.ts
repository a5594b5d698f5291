/** How a control document travels with what belongs to it: multipart/related. */
export { type Part, RelatedError, readRelated, writeRelated } from './related.ts';
