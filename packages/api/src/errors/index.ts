/** What was wrong with what was asked, and how it is said. */
export { explain } from './explain.ts';
export { Conflict, InvalidInput, NotFound, type Problem } from './problems.ts';
