/** OTA-SIP: pushes as SIP MESSAGE through a SIP core, both ends. */
export { SIP_BEARER, type SipSettings } from './bearer/index.ts';
export { applicationOf } from './content/index.ts';
export { headerOf, parseMessage, type SipMessage, SipSyntaxError } from './message/index.ts';
export { SIP_RECEIVER } from './receiver/index.ts';
