export { MODELS, type Model } from './models.ts';
export { createPhone, type Phone, type PhoneOptions, type SessionOptions } from './phone.ts';
export type { SessionReport, TracedMessage, Traffic } from './report.ts';
