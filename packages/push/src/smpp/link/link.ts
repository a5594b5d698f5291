/**
 * One SMPP session's connection, whichever end opened it: PDUs in and out, what is outstanding, and signs of life. Who is
 * bound as what is its owner's business.
 *
 * The session of the package `smpp` is not used: a command_length of 4 makes it wait for ever, what it cannot read costs it
 * the session without an answer, it queues answers without end for a peer that does not read them, and it never gives up
 * waiting for a response.
 */
import type { Socket } from 'node:net';
import {
  type BadPdu,
  decodePdu,
  encodePdu,
  HEADER_BYTES,
  MOST_PDU_BYTES,
  type Pdu,
  type RequestName,
  type RequestPdu,
  type Requests,
  type ResponseName,
  type ResponsePdu,
  type Responses,
  STATUS,
} from '../pdu/index.ts';

/** Times in milliseconds. */
export interface LinkLimits {
  /** After which a request counts as not answered. */
  readonly responseTimeout: number;
  /** Silence of the peer after which it is asked for a sign of life. */
  readonly enquireAfter: number;
  /** The peer's requests that are being handled at the same time; the next are read when one is done. */
  readonly mostHandled: number;
  /** PDUs that cannot be read, and responses to nothing, after which the peer is given up. */
  readonly mostBad: number;
}

export const LINK_LIMITS: LinkLimits = {
  responseTimeout: 10_000,
  enquireAfter: 30_000,
  mostHandled: 64,
  mostBad: 16,
};

/** What a request is answered with. */
export interface Answer {
  readonly status: number;
  readonly fields?: Partial<
    Responses['query_sm_resp'] & Responses['bind_transceiver_resp'] & Responses['submit_sm_resp']
  >;
}

/** What came of a request. */
export type Reply =
  | { readonly kind: 'answered'; readonly response: ResponsePdu }
  /** It may have been done all the same. */
  | { readonly kind: 'silence' }
  /** The connection is gone; what was sent may have been done all the same. */
  | { readonly kind: 'closed'; readonly reason: string };

export interface LinkMeans {
  readonly socket: Socket;
  readonly limits: LinkLimits;
  /**
   * Answers a request; bind and messages, not what keeps the link alive. Where it rejects, the peer is told of an error of
   * this system. undefined = no answer, which is only right for outbind.
   */
  readonly onRequest: (request: RequestPdu) => Promise<Answer | undefined> | Answer | undefined;
  /** Called once. */
  readonly onClosed: (reason: string) => void;
  /** What the operator should see; a peer cannot flood it. */
  readonly log: (text: string) => void;
  /** Sees all PDUs, as they are on the wire. */
  readonly onPdu?: (way: 'in' | 'out', bytes: Buffer) => void;
}

export interface Link {
  /** @throws RangeError where a field cannot be written; what goes wrong later is a {@link Reply} */
  request<C extends RequestName>(command: C, fields: Requests[C]): Promise<Reply>;
  /** Requests that wait for their response. */
  readonly outstanding: number;
  /** Takes leave of the peer (unbind) once its requests are answered, or just ends the connection where it has nothing to take leave of. */
  end(leave: boolean): Promise<void>;
  /** Breaks the connection. */
  destroy(reason: string): void;
}

/** Lines of log that one connection may cause. */
const MOST_LINES = 50;
/** How long the peer has to take what was still sent to it, and to answer unbind, in milliseconds. */
const LEAVE_TAKING = 2_000;
/** Bytes that wait to be sent, above which nothing more is read from the peer. */
const MOST_UNSENT = 256 * 1024;
const LAST_SEQUENCE = 0x7fffffff;

interface Pending {
  readonly responseName: string;
  readonly deadline: number;
  readonly resolve: (reply: Reply) => void;
}

export function openLink(means: LinkMeans): Link {
  const { socket, limits } = means;
  const pending = new Map<number, Pending>();
  let sequence = 0;
  let unread: Buffer = Buffer.alloc(0);
  let handled = 0;
  let bad = 0;
  let closed: string | undefined;
  let reading = true;
  let enquiring = false;
  let heard = performance.now();
  let corked = false;
  let leaving = false;
  let lines = 0;
  let unbind: number | undefined;
  /** Who waits until no request is being handled. */
  const idle: (() => void)[] = [];

  function log(text: string): void {
    lines += 1;
    if (lines <= MOST_LINES)
      means.log(lines < MOST_LINES ? text : `${text}; no more is told of this connection`);
  }

  function write(bytes: Buffer): void {
    if (closed !== undefined || !socket.writable) return;
    if (!corked) {
      corked = true;
      socket.cork();
      process.nextTick(() => {
        corked = false;
        socket.uncork();
      });
    }
    means.onPdu?.('out', bytes);
    socket.write(bytes);
  }

  function send<C extends RequestName | ResponseName>(
    command: C,
    number: number,
    status: number,
    fields: (Requests & Responses)[C],
  ): void {
    write(encodePdu(command, number, status, fields));
  }

  /** @param flush whether the peer still gets what was written */
  function close(reason: string, flush = false): void {
    if (closed !== undefined) return;
    closed = reason;
    clearInterval(timer);
    unread = Buffer.alloc(0);
    if (flush) {
      socket.destroySoon();
      setTimeout(() => socket.destroy(), LEAVE_TAKING).unref();
    } else socket.destroy();
    for (const each of pending.values()) each.resolve({ kind: 'closed', reason });
    pending.clear();
    means.onClosed(reason);
  }

  function strike(text: string): void {
    bad += 1;
    log(text);
    if (bad >= limits.mostBad) close(`${bad} PDUs that cannot be read`, true);
  }

  /** Whether the peer may be read from: it has not more on its way than is good for either side. */
  function mayRead(): boolean {
    return (
      closed === undefined &&
      unbind === undefined &&
      handled < limits.mostHandled &&
      socket.writableLength < MOST_UNSENT
    );
  }

  function readOn(): void {
    while (mayRead() && takeOne());
    const may = mayRead();
    if (may === reading || closed !== undefined) return;
    reading = may;
    if (may) socket.resume();
    else socket.pause();
  }

  /** @returns whether there may be another */
  function takeOne(): boolean {
    if (unread.length < 4) return false;
    const length = unread.readUInt32BE(0);
    if (length < HEADER_BYTES || length > MOST_PDU_BYTES) {
      const number = unread.length >= HEADER_BYTES ? unread.readUInt32BE(12) : 0;
      send('generic_nack', number, STATUS.ESME_RINVCMDLEN, {});
      // Where the next PDU begins is not known.
      close(`a PDU of ${length} bytes: ${HEADER_BYTES} to ${MOST_PDU_BYTES} are possible`, true);
      return false;
    }
    if (unread.length < length) return false;
    const bytes = unread.subarray(0, length);
    unread = unread.subarray(length);
    means.onPdu?.('in', bytes);
    take(decodePdu(bytes));
    return true;
  }

  function take(pdu: Pdu | BadPdu): void {
    switch (pdu.command) {
      case 'bad':
        if (!pdu.response) send('generic_nack', pdu.sequence, pdu.status, {});
        // One that knows more commands than this side does nothing wrong.
        if (pdu.status === STATUS.ESME_RINVCMDID) log(pdu.text);
        else strike(pdu.text);
        return;
      case 'enquire_link':
        send('enquire_link_resp', pdu.sequence, 0, {});
        return;
      case 'alert_notification':
        return;
      case 'unbind':
        unbind = pdu.sequence;
        letGo();
        return;
      case 'bind_transmitter':
      case 'bind_receiver':
      case 'bind_transceiver':
      case 'submit_sm':
      case 'deliver_sm':
      case 'query_sm':
      case 'cancel_sm':
      case 'data_sm':
      case 'outbind':
        void handle(pdu);
        return;
      default:
        takeResponse(pdu);
    }
  }

  /** Answers unbind once what came before it has been answered. */
  function letGo(): void {
    if (unbind === undefined || handled > 0) return;
    send('unbind_resp', unbind, 0, {});
    close('the peer took leave', true);
  }

  function takeResponse(response: ResponsePdu): void {
    const request = pending.get(response.sequence);
    if (request === undefined || ![request.responseName, 'generic_nack'].includes(response.command)) {
      // One that comes too late is not the peer's fault.
      if (response.sequence === 0 || response.sequence > sequence)
        strike(`${response.command} ${response.sequence} answers nothing`);
      return;
    }
    pending.delete(response.sequence);
    request.resolve({ kind: 'answered', response });
  }

  async function handle(request: RequestPdu): Promise<void> {
    handled += 1;
    let answer: Answer | undefined;
    try {
      answer = await means.onRequest(request);
    } catch (error) {
      log(`${request.command}: ${error instanceof Error ? error.message : String(error)}`);
      answer = { status: STATUS.ESME_RSYSERR };
    }
    handled -= 1;
    if (answer !== undefined && request.command !== 'outbind' && request.command !== 'alert_notification')
      send(`${request.command}_resp`, request.sequence, answer.status, answer.fields ?? {});
    if (handled === 0) for (const resolve of idle.splice(0)) resolve();
    letGo();
    readOn();
  }

  function request<C extends RequestName>(command: C, fields: Requests[C]): Promise<Reply> {
    if (closed !== undefined) return Promise.resolve({ kind: 'closed', reason: closed });
    sequence = sequence === LAST_SEQUENCE ? 1 : sequence + 1;
    const number = sequence;
    const bytes = encodePdu<RequestName>(command, number, 0, fields);
    return new Promise((resolve) => {
      const deadline = performance.now() + limits.responseTimeout;
      pending.set(number, { responseName: `${command}_resp`, deadline, resolve });
      write(bytes);
    });
  }

  // One timer looks after everything that takes time; all requests have the same patience, so that the oldest is the first.
  const interval = Math.max(1, Math.min(limits.responseTimeout, limits.enquireAfter) / 4);
  const timer = setInterval(() => {
    const now = performance.now();
    let silent = false;
    for (const [number, each] of pending) {
      if (each.deadline > now) break;
      pending.delete(number);
      each.resolve({ kind: 'silence' });
      silent = true;
    }
    if (silent || now - heard >= limits.enquireAfter) void enquire();
  }, interval);

  async function enquire(): Promise<void> {
    if (enquiring || leaving) return;
    enquiring = true;
    const reply = await request('enquire_link', {});
    enquiring = false;
    if (reply.kind === 'silence') close('the peer gives no sign of life');
  }

  socket.setNoDelay(true);
  socket.on('data', (chunk: Buffer) => {
    heard = performance.now();
    unread = unread.length === 0 ? chunk : Buffer.concat([unread, chunk]);
    readOn();
  });
  socket.on('drain', readOn);
  socket.on('error', (error) => close(error.message));
  socket.on('end', () => close('the peer closed the connection'));
  socket.on('close', () => close('the connection was closed'));

  return {
    request,
    get outstanding() {
      return pending.size;
    },
    async end(leave) {
      leaving = true;
      if (leave && closed === undefined) {
        const answered = handled === 0 ? undefined : new Promise<void>((resolve) => idle.push(resolve));
        await Promise.race([answered, passed(LEAVE_TAKING)]);
        await Promise.race([request('unbind', {}), passed(LEAVE_TAKING)]);
      }
      close('closed by this side', true);
    },
    destroy: (reason) => close(reason),
  };
}

function passed(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds).unref());
}
