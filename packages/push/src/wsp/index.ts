/** WSP: the push that datagrams carry, and what its headers are told by. */
export { knownApplication } from './application-ids.ts';
export { buildPush, type ParsedPush, PUSH_PORT, parsePush, WSP_PORT } from './pdu.ts';
