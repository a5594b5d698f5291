export { MODELS, type Model } from './models.ts';
export type { PhoneOptions, SessionOptions } from './options.ts';
export { createPhone, type Phone } from './phone.ts';
export type { SessionReport, TracedMessage, Traffic } from './report.ts';
