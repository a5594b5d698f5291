/** PAP over HTTP: what travels, and the side that answers, and the side that asks. */
export { type ClientOptions, type Exchange, type PapClient, papClient, sentence } from './client.ts';
export type { Credentials } from './credentials.ts';
export { type Entity, type Envelope, readEnvelope } from './envelope.ts';
export { type Asked, type ListenerOptions, papListener } from './listener.ts';
export { describe, misplaced, refuse } from './refusal.ts';
