/**
 * A short message service centre for labs and tests: it takes messages of applications and hands them to phones that are
 * bound with their number, in place of a mobile network. It keeps everything in memory, so that it is none to rely on.
 */
import { createServer as createTcpServer, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { type Answer, LINK_LIMITS, type LinkLimits, openLink } from '../link/index.ts';
import {
  absoluteTime,
  type BindFields,
  type MessageFields,
  type RequestPdu,
  readTime,
  SMPP_3_4,
  STATUS,
} from '../pdu/index.ts';
import { messageState } from '../receipts/index.ts';
import { createDelivery, type DeliveryLimits } from './delivery.ts';
import { createDirectory, readRange, type Session } from './directory.ts';
import type { SmscEvent } from './events.ts';
import type { Faults } from './faults.ts';
import { createMessages, type MessageLimits } from './messages.ts';

/** Times in milliseconds. */
export interface SmscLimits extends MessageLimits, DeliveryLimits, LinkLimits {
  readonly mostSessions: number;
  /** After which a connection that has not bound is closed. */
  readonly bindWithin: number;
  /** How long a message is worth delivering where it does not say. */
  readonly validity: number;
}

export const SMSC_LIMITS: SmscLimits = {
  ...LINK_LIMITS,
  most: 100_000,
  mostEach: 1_000,
  mostEnded: 10_000,
  mostSessions: 1_000,
  bindWithin: 10_000,
  deliveryWindow: 10,
  retryAfter: 5_000,
  validity: 24 * 3600 * 1000,
};

export interface SmscOptions {
  readonly host?: string;
  /** 0 = any that is free. */
  readonly port: number;
  /** Certificate and key in PEM, for TLS in place of plain TCP. */
  readonly tls?: { readonly key: string; readonly cert: string };
  /** Who may bind; undefined = anybody. */
  readonly accounts?: readonly { readonly systemId: string; readonly password: string }[];
  readonly faults?: Faults;
  readonly limits?: Partial<SmscLimits>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly onEvent?: (event: SmscEvent) => void;
  /** Sees all PDUs, as they are on the wire. */
  readonly onPdu?: (way: 'in' | 'out', bytes: Buffer) => void;
}

export interface Smsc {
  readonly port: number;
  /**
   * Puts in a message as if a phone outside had sent it.
   *
   * @returns its id; undefined where there is no room
   */
  inject(message: MessageFields): string | undefined;
  /** Messages that wait or are being delivered. */
  readonly held: number;
  close(): Promise<void>;
}

/** How often it is looked for messages whose time is over, at most, in milliseconds. */
const SWEEP = 1_000;

/** Resolves once it listens; rejects where it cannot. */
export async function startSmsc(options: SmscOptions): Promise<Smsc> {
  const { now, faults = {}, accounts } = options;
  const limits = { ...SMSC_LIMITS, ...options.limits };
  const tell = (event: SmscEvent) => options.onEvent?.(event);
  const messages = createMessages(limits);
  const directory = createDirectory();
  const delivery = createDelivery({ messages, directory, faults, limits, now, tell });
  const sessions = new Set<Session>();

  const server = options.tls
    ? createTlsServer({ ...options.tls, handshakeTimeout: limits.bindWithin }, accept)
    : createTcpServer(accept);
  server.maxConnections = limits.mostSessions;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host ?? '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
  server.on('error', (error) => tell({ kind: 'trouble', text: error.message }));
  const sweeper = setInterval(delivery.sweep, Math.min(SWEEP, limits.retryAfter));

  function accept(socket: Socket): void {
    const link = openLink({
      socket,
      limits,
      onPdu: options.onPdu,
      log: (text) => tell({ kind: 'trouble', text: `${session.systemId || 'not bound'}: ${text}` }),
      onRequest: (request) => answer(session, request),
      onClosed: (reason) => {
        clearTimeout(bindTimer);
        sessions.delete(session);
        directory.remove(session);
        if (session.as !== undefined) tell({ kind: 'left', systemId: session.systemId, reason });
        else tell({ kind: 'trouble', text: `not bound: ${reason}` });
      },
    });
    const session: Session = { link, systemId: '', as: undefined, range: undefined };
    sessions.add(session);
    const bindTimer = setTimeout(() => {
      if (session.as === undefined) link.destroy('no bind in time');
    }, limits.bindWithin);
  }

  function answer(session: Session, request: RequestPdu): Answer | undefined {
    switch (request.command) {
      case 'bind_transmitter':
      case 'bind_receiver':
      case 'bind_transceiver':
        return bind(session, request.command, request.fields);
      case 'submit_sm':
      case 'query_sm':
      case 'cancel_sm':
        if (session.as === undefined || session.as === 'bind_receiver')
          return { status: STATUS.ESME_RINVBNDSTS };
        if (request.command === 'submit_sm') return submit(session, request.fields);
        return (request.command === 'query_sm' ? query : cancel)(session, request.fields.message_id);
      case 'outbind':
        return undefined;
      default:
        return { status: STATUS.ESME_RINVCMDID };
    }
  }

  function bind(session: Session, as: NonNullable<Session['as']>, fields: BindFields): Answer {
    const { system_id: systemId, address_range } = fields;
    const range = readRange(address_range);
    const status = refusalOf(session, fields) ?? (range === undefined ? STATUS.ESME_RBINDFAIL : undefined);
    if (status !== undefined || range === undefined) {
      tell({ kind: 'bind-refused', systemId, status: status ?? STATUS.ESME_RBINDFAIL });
      return { status: status ?? STATUS.ESME_RBINDFAIL };
    }
    session.systemId = systemId;
    session.as = as;
    session.range = range === 'none' ? undefined : range;
    tell({ kind: 'bound', systemId, as, range: address_range });
    if (as !== 'bind_transmitter') {
      directory.add(session);
      delivery.wakeFor(session);
    }
    return { status: 0, fields: { system_id: 'grove', sc_interface_version: SMPP_3_4 } };
  }

  function refusalOf(session: Session, { system_id, password }: BindFields): number | undefined {
    if (session.as !== undefined) return STATUS.ESME_RALYBND;
    if (accounts === undefined) return undefined;
    const account = accounts.find((each) => each.systemId === system_id);
    if (account === undefined) return STATUS.ESME_RINVSYSID;
    return account.password === password ? undefined : STATUS.ESME_RINVPASWD;
  }

  function submit(session: Session, message: MessageFields): Answer | undefined {
    const { validity_period } = message;
    const expiresAt =
      validity_period === '' ? now() + limits.validity : (readTime(validity_period, now()) ?? 0);
    const refusal = faults.refuse?.(message) ?? objection(message, expiresAt);
    const id = refusal === undefined ? delivery.take(message, session.systemId, expiresAt) : undefined;
    if (id !== undefined) return { status: 0, fields: { message_id: id } };
    const status = refusal ?? STATUS.ESME_RMSGQFUL;
    tell({ kind: 'refused', by: session.systemId, status, message });
    return status === 'silence' ? undefined : { status };
  }

  function objection(message: MessageFields, expiresAt: number): number | undefined {
    if (message.destination_addr === '') return STATUS.ESME_RINVDSTADR;
    if (message.schedule_delivery_time !== '') return STATUS.ESME_RINVSCHED;
    return expiresAt <= now() ? STATUS.ESME_RINVEXPIRY : undefined;
  }

  function query(session: Session, id: string): Answer {
    const isHeld = messages.find(id)?.message.by === session.systemId;
    const end = messages.endOf(id);
    if (!isHeld && end?.by !== session.systemId) return { status: STATUS.ESME_RQUERYFAIL };
    return {
      status: 0,
      fields: {
        message_id: id,
        final_date: end === undefined ? '' : absoluteTime(end.at),
        message_state: messageState(end?.word ?? 'ENROUTE'),
        error_code: 0,
      },
    };
  }

  function cancel(session: Session, id: string): Answer {
    const found = messages.find(id);
    const at = found?.mailbox.waiting.indexOf(found.message) ?? -1;
    if (found === undefined || at < 0 || found.message.by !== session.systemId)
      return { status: STATUS.ESME_RCANCELFAIL };
    found.mailbox.waiting.splice(at, 1);
    delivery.end(found.message, 'DELETED');
    return { status: 0 };
  }

  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : options.port,
    inject: (message) => delivery.take(message, undefined, now() + limits.validity),
    get held() {
      return messages.count;
    },
    async close() {
      clearInterval(sweeper);
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      await Promise.all([...sessions].map(({ link, as }) => link.end(as !== undefined)));
      delivery.close();
      await closed;
    },
  };
}
