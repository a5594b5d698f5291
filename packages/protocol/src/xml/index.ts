export { readXml, type XmlReadOptions } from './reader.ts';
export { XmlWriter } from './writer.ts';
