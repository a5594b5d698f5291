/** SIP messages: bytes and values, pure (RFC 3261, 7, 20 and 25). */
export { SipSyntaxError } from './error.ts';
export { type Essentials, essentialsOf, isAnswerable } from './essentials.ts';
export { type Frame, SipFramer } from './framer.ts';
export {
  type Header,
  headerOf,
  headersOf,
  NO_BODY,
  type SipMessage,
  type SipRequest,
  type SipResponse,
} from './message.ts';
export { type NameAddress, parseNameAddress, writeNameAddress } from './name-address.ts';
export { type Parameter, parameterOf } from './parameters.ts';
export { parseHeaders, parseMessage, SIP_LIMITS, type SipLimits } from './parse.ts';
export { isToken, listOf, quoted, Scanner } from './scanner.ts';
export { escapeUser, parseUri, type SipUri, writeHostAndPort, writeUri } from './uri.ts';
export { BRANCH_COOKIE, branchOf, parseVia, type Via, writeVia } from './via.ts';
export { writeMessage } from './write.ts';
