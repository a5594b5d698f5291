/** HTTP as bearers and PAP need it: bounded in bytes and time. */
export { refusedAttempt, statusText } from './attempt.ts';
export { type NoBody, readBody } from './body.ts';
export { openPoster, type Posted, type Poster, type PosterOptions, reasonOf } from './poster.ts';
