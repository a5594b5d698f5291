/** OTA-HTTP: a gateway posts to the terminal, which is a server. */
export { OTA_HTTP_BEARER } from './bearer.ts';
export { HTTP_TYPE, readContent } from './content.ts';
export { OTA_HTTP_RECEIVER } from './receiver.ts';
