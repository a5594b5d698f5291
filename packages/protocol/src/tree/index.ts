export { type AccessCommand, type DdfDocument, type DdfNode, type Occurrence, type Scope } from './ddf.ts';
export { TreeError } from './error.ts';
export { PROPERTIES, type PropertyName, Uri, type UriLimits } from './uri.ts';
export { FORMATS, type Format, formatOf, type LeafValue, normaliseValue, ValueError } from './value.ts';
