/** What Grove's REST APIs have in common. */
export { Conflict, explain, InvalidInput, NotFound, type Problem } from './errors/index.ts';
export * from './http/index.ts';
export { idAfter, type Page, type PageRequest, pageOf } from './paging/index.ts';
