import { randomBytes } from 'node:crypto';
import type { RequestListener } from 'node:http';
import { type ListenerOptions, papListener } from '../http/index.ts';
import type { Initiator, PushService } from '../service.ts';
import { answerInitiator, type Sender } from './answer.ts';

export interface PapServerOptions {
  readonly service: PushService;
  /** Which initiator this is. Called for each request, before its body is read. */
  readonly authenticate: ListenerOptions<Initiator>['authenticate'];
  /** Told of what should not have happened: the service rejected. The initiator gets 3000. */
  readonly onFailure: (error: unknown) => void;
  /** `Grove` unless told otherwise. */
  readonly sender?: Sender | undefined;
  /** Largest body in bytes, 1 MiB unless told otherwise. */
  readonly largest?: number | undefined;
  /** Milliseconds in which a body has to come, 30 000 unless told otherwise. */
  readonly patience?: number | undefined;
  /** Milliseconds since the epoch. */
  readonly now?: (() => number) | undefined;
}

/**
 * A gateway's PAP server, as a listener for `node:http` or `node:https`, or for one path of such a server.
 *
 * Pushes come as multipart/related, other messages as application/xml. Answers are in the version of the request.
 */
export function papServer({
  service,
  authenticate,
  onFailure,
  sender = { name: 'Grove' },
  largest = 1024 * 1024,
  patience = 30_000,
  now = Date.now,
}: PapServerOptions): RequestListener {
  const answering = { service, sender, now, onFailure };
  return papListener({
    authenticate,
    realm: 'push',
    largest,
    patience,
    random: randomBytes,
    answer: (envelope, asked) => answerInitiator(envelope, asked, answering),
    onFailure,
  });
}
