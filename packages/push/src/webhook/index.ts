/** Pushes posted to one place as JSON: for networks that have no bearer here. */
export { WEBHOOK_BEARER } from './bearer.ts';
