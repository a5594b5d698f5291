export { type Backoff, PATIENT, pauseAfter } from './backoff.ts';
export { createHttpTransport, type HttpOptions, type HttpTransport, type TlsClientOptions } from './http.ts';
export { type Request, type Response, type Transport, TransportError } from './transport.ts';
