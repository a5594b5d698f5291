export * from './alert.ts';
export * from './codec.ts';
export * from './content.ts';
export * from './convert.ts';
export { isMarkup } from './item.ts';
export {
  documentEnd,
  type Encoding,
  embeddedMarkup,
  parseMarkup,
  pushMarkup,
  serializeMarkup,
} from './markup.ts';
export * from './media-type.ts';
export type * from './schema.ts';
export { COMMANDS, CONTAINERS } from './schema.ts';
export * from './status.ts';
