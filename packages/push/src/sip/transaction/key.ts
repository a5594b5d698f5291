import { branchOf, type Essentials, writeVia } from '../message/index.ts';

/** What a request has in common with its retransmissions, and with nothing else (RFC 3261, 17.2.3). */
export function serverKey({ via, fromTag, toTag, callId, cseq }: Essentials): string {
  const branch = branchOf(via);
  return branch === undefined
    ? ['2543', writeVia(via), fromTag, toTag, callId, cseq.number, cseq.method].join('\n')
    : [branch, via.host, via.port, cseq.method].join('\n');
}

/** What a response has in common with its request (RFC 3261, 17.1.3). */
export function clientKey(branch: string | undefined, method: string): string {
  return `${branch}\n${method}`;
}
