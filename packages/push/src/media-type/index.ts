/** Media types as texts, with their parameters. */
export { formatMediaType, isToken, type MediaType, parseMediaType } from './media-type.ts';
