/**
 * For tests: a DM server that asks the same of every device, one round of commands after the other, and accepts
 * whatever a device says of its own accord.
 */
import {
  type Alert,
  type Command,
  type Cred,
  decodeMessage,
  encodeMessage,
  type Message,
} from '@grove/protocol';
import type { Request, Response, Transport } from '../transport/index.ts';

export interface TestServer extends Transport {
  /** Messages as they came. */
  readonly requests: Message[];
  /** Bytes of the messages as they came. */
  readonly bodies: Uint8Array[];
}

/**
 * @param rounds what the server asks after package 1, after the answers to that, and so on; then it ends.
 * @param onRequest is called with the number of each request, from 1, before it is answered; may throw.
 * @param cred what the server proves itself with; nothing unless told.
 */
export function testServer(
  rounds: readonly Command[][],
  onRequest: (count: number) => void = () => {},
  cred?: Cred,
): TestServer {
  const requests: Message[] = [];
  const bodies: Uint8Array[] = [];
  return {
    requests,
    bodies,
    async exchange({ body, encoding }: Request): Promise<Response> {
      const { message } = decodeMessage(body, encoding);
      requests.push(message);
      bodies.push(body.slice());
      onRequest(requests.length);
      const { header } = message;
      const round = rounds[Number(header.msgID) - 1] ?? [];
      const answer: Message = {
        header: {
          verDTD: '1.2',
          verProto: 'DM/1.2',
          sessionID: header.sessionID,
          msgID: header.msgID,
          target: { locURI: header.source.locURI },
          source: { locURI: header.target.locURI },
          ...(cred === undefined ? {} : { cred }),
        },
        body: {
          commands: [
            {
              name: 'Status',
              cmdID: '1',
              msgRef: header.msgID,
              cmdRef: '0',
              cmd: 'SyncHdr',
              targetRef: [],
              sourceRef: [],
              code: 212,
              items: [],
            },
            ...message.body.commands.filter(isOwnAlert).map(accepted(header.msgID)),
            ...round,
          ],
          final: true,
        },
      };
      return { encoding, body: encodeMessage(answer, encoding).slice() };
    },
  };
}

const isOwnAlert = (command: Command): command is Alert =>
  command.name === 'Alert' && (command.code === 1224 || command.code === 1226);

const accepted =
  (msgRef: string) =>
  ({ cmdID }: Alert): Command => ({
    name: 'Status',
    cmdID: `s${cmdID}`,
    msgRef,
    cmdRef: cmdID,
    cmd: 'Alert',
    targetRef: [],
    sourceRef: [],
    code: 200,
    items: [],
  });

export const exec = (uri: string, correlator?: string): Command => ({
  name: 'Exec',
  cmdID: '4',
  ...(correlator === undefined ? {} : { correlator }),
  items: [{ target: { locURI: uri } }],
});

export const get = (uri: string): Command => ({
  name: 'Get',
  cmdID: '2',
  items: [{ target: { locURI: uri } }],
});

export const replace = (uri: string, data: string): Command => ({
  name: 'Replace',
  cmdID: '3',
  items: [{ target: { locURI: uri }, data }],
});
