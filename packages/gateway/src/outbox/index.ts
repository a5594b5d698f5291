/** Result notifications on their way to initiators. */
export { Outbox, type OutboxOptions, type Poster, type PostOutcome } from './outbox.ts';
export { type NotifySettings, posterOf } from './post.ts';
export { mayNotify } from './target.ts';
export { loggingTrouble } from './trouble.ts';
