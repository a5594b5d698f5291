export { operatorOf } from './accounts.ts';
export { MODELS, type Model, modelDdf, modelNamed, STANDARD_MODELS, storedModel } from './models/index.ts';
export type { PhoneOptions, SessionOptions } from './options.ts';
export { createPhone, type Phone } from './phone.ts';
export type { SessionReport, TracedMessage, Traffic } from './report.ts';
