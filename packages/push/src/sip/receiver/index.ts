/** The terminal's end of OTA-SIP. */
export { SIP_RECEIVER } from './kind.ts';
