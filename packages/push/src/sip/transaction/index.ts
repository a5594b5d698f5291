/** SIP transactions as state machines: pure, with the clock handed in (RFC 3261, 17). */
export { type ClientTransaction, clientDue, clientResponse, clientTime, startClient } from './client.ts';
export { clientKey, serverKey } from './key.ts';
export { type ServerTransaction, serverDue, serverResponse, serverTime, startServer } from './server.ts';
export { SIP_TIMERS, type SipTimers } from './timers.ts';
