/** Media types as texts, with their parameters; what headers are made of. */
export { formatMediaType, isHeaderText, isToken, type MediaType, parseMediaType } from './media-type.ts';
