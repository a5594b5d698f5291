/** PAP over HTTP: what travels, and the side that answers. */
export { type Credentials, readCredentials, writeCredentials } from './credentials.ts';
export { type Entity, type Envelope, isPapType, readEnvelope, writeEnvelope } from './envelope.ts';
export { type Asked, boundaryOf, type ListenerOptions, papListener } from './listener.ts';
export { describe, misplaced, refuse } from './refusal.ts';
