export { type FileContentStoreOptions, fileContentStore } from './file-store.ts';
export { memoryContentStore } from './memory-store.ts';
export { ContentMissingError, type ContentStore, ContentStoreFullError } from './store.ts';
