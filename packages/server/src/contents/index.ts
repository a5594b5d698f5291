/** Large values: firmware for devices, logs from them. Kept in parts, so that none is ever in memory as a whole. */
export { type Content, deleteContent, dropContent, listContents, showContent } from './content.ts';
export { deleteDropped, digestNext, dropPartial, dropUnused } from './housekeeping.ts';
export {
  appendContent,
  beginContent,
  ContentChanged,
  finishContent,
  type NewContent,
  readBytes,
  readSlice,
  streamBytes,
} from './parts.ts';
export { ContentTooLarge, UploadBroken, uploadContent } from './upload.ts';
export { type ContentUser, referencesIn, unaskedBytes, useContent, useContents } from './uses.ts';
