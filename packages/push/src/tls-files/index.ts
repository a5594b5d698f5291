/** What a bearer is told of TLS: files in PEM. */
export { readTlsFiles, type Tls, TlsFiles } from './tls-files.ts';
