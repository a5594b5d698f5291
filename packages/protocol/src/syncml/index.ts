export * from './codec.ts';
export * from './convert.ts';
export { type Encoding, embeddedMarkup, parseMarkup, pushMarkup, serializeMarkup } from './markup.ts';
export type * from './schema.ts';
