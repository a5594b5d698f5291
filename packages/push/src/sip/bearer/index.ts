/** The gateway's end of OTA-SIP. */
export { SIP_BEARER } from './kind.ts';
export type { SipSettings } from './settings.ts';
