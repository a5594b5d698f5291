import type { Socket } from 'node:net';
import { SipFramer, type SipLimits, SipSyntaxError } from '../message/index.ts';
import { type Endpoint, type Link, LinkError, type LinkEvents, type Transport, textOf } from './link.ts';

export interface ConnectionSettings {
  readonly transport: Transport;
  /** What Via and Contact say, where that is not the socket's own end. */
  readonly local?: Endpoint;
  readonly isCore: boolean;
  readonly limits: SipLimits;
  /** After how many milliseconds the other side is asked for a sign of life; 0 never. */
  readonly keepAlive: number;
  /** After how many milliseconds without anything it is closed; 0 never. */
  readonly idle: number;
}

/** How long the other side may take for its sign of life (RFC 5626, 4.4.1); no longer than until the next is due. */
const PONG_WITHIN = 10_000;

/** Octets that wait to be sent, above which nothing more is read: what is read may have to be answered. */
const MOST_UNSENT = 64 * 1024;

const PING = Buffer.from('\r\n\r\n');
const PONG = Buffer.from('\r\n');

/** A connection that is open: cuts what comes into messages, and sees that it stays alive (RFC 5626, 3.5.1). */
export class Connection implements Link {
  readonly transport: Transport;
  readonly local: Endpoint;
  readonly remote: Endpoint;
  readonly isCore: boolean;
  readonly #socket: Socket;
  readonly #framer: SipFramer;
  readonly #events: LinkEvents;
  readonly #keepAlive: number;
  readonly #opened: boolean;
  #timer: NodeJS.Timeout | undefined;
  #emptyLines = 0;
  /** Whether the other side has ever answered a ping: only then does its silence mean anything. */
  #answersPings = false;
  #why = 'the other side closed the connection';

  /** @param socket an open one; `settings.keepAlive` is for those that were opened to the other side */
  constructor(socket: Socket, settings: ConnectionSettings, events: LinkEvents) {
    this.transport = settings.transport;
    this.local = settings.local ?? { host: plain(socket.localAddress), port: socket.localPort ?? 0 };
    this.remote = { host: plain(socket.remoteAddress), port: socket.remotePort ?? 0 };
    this.isCore = settings.isCore;
    this.#socket = socket;
    this.#framer = new SipFramer(settings.limits);
    this.#events = events;
    this.#keepAlive = settings.keepAlive;
    this.#opened = settings.keepAlive > 0;
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => this.#take(chunk));
    socket.on('drain', () => socket.resume());
    socket.on('error', (error) => {
      this.#why = error.message;
    });
    socket.on('close', () => {
      clearTimeout(this.#timer);
      events.onLost(this, this.#why);
    });
    if (settings.idle > 0) socket.setTimeout(settings.idle, () => this.close('nothing came for too long'));
    this.#pingLater();
  }

  get isOpen(): boolean {
    return this.#socket.writable;
  }

  async send(bytes: Uint8Array): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      if (!this.isOpen) return reject(new LinkError(`the connection to ${textOf(this.remote)} is closed`));
      this.#socket.write(bytes, (error) =>
        error
          ? reject(new LinkError(`${textOf(this.remote)}: ${error.message}`, { cause: error }))
          : resolve(),
      );
      this.#readLess();
    });
  }

  close(why: string): void {
    this.#why = why;
    this.#socket.destroy();
  }

  /** Closes it once what was written is sent. */
  end(why: string): void {
    this.#why = why;
    this.#socket.destroySoon();
  }

  #take(chunk: Uint8Array): void {
    try {
      for (const frame of this.#framer.push(chunk)) {
        if (frame.kind === 'line') this.#emptyLine();
        else {
          this.#emptyLines = 0;
          this.#events.onMessage(frame.message, this);
        }
      }
    } catch (error) {
      if (!(error instanceof SipSyntaxError)) throw error;
      this.#socket.removeAllListeners('data');
      this.#events.onGarbage(error, this);
      this.end(`what came is not SIP: ${error.message}`);
    }
    this.#readLess();
  }

  #readLess(): void {
    if (this.#socket.writableLength > MOST_UNSENT) this.#socket.pause();
  }

  /** A pong on a connection that pings; two of them are a ping on one that was taken. */
  #emptyLine(): void {
    if (this.#opened) {
      this.#answersPings = true;
      this.#pingLater();
      return;
    }
    this.#emptyLines++;
    if (this.#emptyLines % 2 === 0) this.#socket.write(PONG);
  }

  #pingLater(): void {
    clearTimeout(this.#timer);
    if (this.#keepAlive === 0) return;
    this.#timer = setTimeout(() => {
      this.#socket.write(PING);
      if (this.#answersPings)
        this.#timer = setTimeout(
          () => this.close('the other side gives no sign of life'),
          Math.min(PONG_WITHIN, this.#keepAlive),
        );
      else this.#pingLater();
    }, this.#keepAlive);
  }
}

/** An IPv4 address that came over a socket of IPv6 as what it is. */
export function plain(address: string | undefined): string {
  return (address ?? '').replace(/^::ffff:(?=[0-9.]+$)/, '');
}
