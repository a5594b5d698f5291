export { readWbxml, type WbxmlReadOptions } from './reader.ts';
export { WbxmlWriter } from './writer.ts';
