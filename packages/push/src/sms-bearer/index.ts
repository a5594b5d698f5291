/** Short messages as a bearer of pushes: the gateway's end and the terminal's. */
export { SMS_BEARER } from './bearer.ts';
export { SMS_RECEIVER } from './receiver.ts';
export { SmsSettings } from './settings.ts';
