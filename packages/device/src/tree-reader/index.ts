export { readerOf } from './reader.ts';
