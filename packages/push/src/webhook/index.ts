/** Webhooks: pushes posted to one place as JSON, for networks that have no bearer here, and what signs them. */
export { WEBHOOK_BEARER } from './bearer.ts';
export { keyOf, webhookHeaders } from './signature.ts';
