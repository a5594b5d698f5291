/** A server in this process. */
export { answersApi } from './answers.ts';
export { attempt } from './attempt.ts';
export { makeFolder } from './folder.ts';
export { type Hosted, host } from './open.ts';
