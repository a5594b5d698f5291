/** HTTPS: a listener whose certificates are read again when their files change. */
export { TlsError } from './files.ts';
export {
  createTlsListener,
  type TlsListener,
  type TlsOptions,
  type TlsVersion,
} from './listener.ts';
