import { parameterOf, parseUri, SipSyntaxError } from '../message/index.ts';
import type { CoreAddress, Transport } from '../transport/index.ts';

const TRANSPORTS: Readonly<Record<string, Transport>> = { udp: 'UDP', tcp: 'TCP', tls: 'TLS' };

/**
 * Where a core is, from its URI: `sip:core.example.net:5060;transport=tcp`. Without a port the name's SRV records say it.
 *
 * @throws {SipSyntaxError}
 */
export function coreOf(uri: string, where: string): CoreAddress {
  const { scheme, host, port, parameters } = parseUri(uri, where);
  const named = parameterOf(parameters, 'transport')?.toLowerCase() ?? (scheme === 'sips' ? 'tls' : 'udp');
  const transport = TRANSPORTS[named];
  if (!transport || (scheme === 'sips' && transport === 'UDP'))
    throw new SipSyntaxError(where, `transport "${named}" is not udp, tcp or tls`);
  return { host, port, transport: scheme === 'sips' ? 'TLS' : transport };
}
