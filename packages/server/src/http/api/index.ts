/** The REST API. */
export { type ApiOptions, createApi } from './create.ts';
