/** An external short message entity: a session with an SMS centre that is made anew whenever it is lost. */
import { connect as connectTcp, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import type { Health } from '../../bearer/index.ts';
import type { Tls } from '../../tls-files/index.ts';
import { LINK_LIMITS, type Link, type LinkLimits, openLink, type Reply } from '../link/index.ts';
import {
  describeStatus,
  type MessageFields,
  PLAIN_MESSAGE,
  SMPP_3_4,
  STATUS,
  statusRow,
} from '../pdu/index.ts';
import { createGate, type Patience } from './gate.ts';

/** Whom to bind to, and as what. Times in milliseconds. */
export interface EsmeSettings {
  readonly host: string;
  readonly port: number;
  /** TLS with these certificates, in PEM, in place of plain TCP. */
  readonly tls?: Tls;
  readonly bindAs: 'transceiver' | 'transmitter' | 'receiver';
  readonly systemId: string;
  readonly password: string;
  readonly systemType?: string;
  /** Which numbers it serves, in the way of the SMS centre; empty = what the account has. */
  readonly addressRange?: string;
  readonly addressTon?: number;
  readonly addressNpi?: number;
  /** submit_sm that may wait for their responses at once; default 50. */
  readonly window?: number;
  readonly limits?: Partial<LinkLimits>;
  /** Pauses between attempts to connect; default 1 s, doubled up to a minute. */
  readonly reconnect?: Patience;
  /** Pauses after being throttled; default 1 s, doubled up to 30 s. */
  readonly throttled?: Patience;
}

export interface EsmeMeans {
  readonly random: (bytes: number) => Uint8Array;
  /** Takes a deliver_sm or data_sm and says its status. Where it rejects, the SMS centre is told to try again later. */
  readonly onDeliver: (message: MessageFields) => Promise<number>;
  readonly log: (text: string) => void;
  /** Called whenever {@link Esme.health} says something else than before. */
  readonly onHealth?: () => void;
  readonly onPdu?: (way: 'in' | 'out', bytes: Buffer) => void;
}

/** What came of a submit_sm. */
export type Submission =
  | { readonly kind: 'accepted'; readonly messageId: string }
  | { readonly kind: 'refused'; readonly status: number }
  /** It was sent, but nothing says whether it was taken. */
  | { readonly kind: 'unknown'; readonly text: string }
  /** It was not sent; `after` is in how many milliseconds there may be a session. */
  | { readonly kind: 'unbound'; readonly text: string; readonly after: number };

export interface Esme {
  /**
   * Submits a message, within the window, and again a few times where the SMS centre throttles.
   *
   * @throws RangeError where a field cannot be written; the signal's reason where it ends the waiting for a place
   */
  submit(message: MessageFields, signal?: AbortSignal): Promise<Submission>;
  /** How long the SMS centre wants to be left alone, in milliseconds. */
  pause(): number;
  health(): Health;
  /** Resolves when it is bound for the first time; never where it never is. */
  readonly bound: Promise<void>;
  /** Takes leave and ends; it is not bound again. */
  close(): Promise<void>;
}

const RECONNECT: Patience = { first: 1_000, most: 60_000 };
const THROTTLED: Patience = { first: 1_000, most: 30_000 };
const WINDOW = 50;
/** How often one message is submitted while the SMS centre throttles. */
const MOST_TRIES = 4;

export function openEsme(settings: EsmeSettings, means: EsmeMeans): Esme {
  const { host, port, bindAs } = settings;
  const limits = { ...LINK_LIMITS, ...settings.limits };
  const patience = settings.reconnect ?? RECONNECT;
  const place = `${host}:${port}`;
  let gate = createGate(settings.window ?? WINDOW, settings.throttled ?? THROTTLED);
  /** The session, once it is bound. */
  let session: Link | undefined;
  let socket: Socket | undefined;
  let link: Link | undefined;
  let failures = 0;
  let retryAt = 0;
  let retry: NodeJS.Timeout | undefined;
  let ended = false;
  let health: Health = { state: 'connecting', text: `connecting to ${place}` };
  let onBound: () => void = () => {};
  const bound = new Promise<void>((resolve) => {
    onBound = resolve;
  });

  function become(next: Health): void {
    const news = next.text !== health.text || next.state !== health.state;
    health = next;
    if (!news) return;
    means.log(next.text);
    means.onHealth?.();
  }

  function connect(): void {
    let made: Socket;
    try {
      made = settings.tls ? connectTls(tlsOptions(host, port, settings.tls)) : connectTcp({ host, port });
    } catch (error) {
      lost(`cannot connect to ${place}: ${error instanceof Error ? error.message : String(error)}`);
      return;
    }
    socket = made;
    const patienceOver = setTimeout(
      () => made.destroy(new Error('connecting took too long')),
      limits.responseTimeout,
    );
    const failed = (error: Error) => {
      clearTimeout(patienceOver);
      lost(`cannot connect to ${place}: ${error.message || error.name}`);
    };
    made.once('error', failed);
    made.once(settings.tls ? 'secureConnect' : 'connect', () => {
      clearTimeout(patienceOver);
      made.off('error', failed);
      void bind(made);
    });
  }

  async function bind(on: Socket): Promise<void> {
    const mine = openLink({
      socket: on,
      limits,
      log: (text) => means.log(`${place}: ${text}`),
      onPdu: means.onPdu,
      onRequest: async (request) => {
        if (request.command === 'outbind') return undefined;
        if (request.command !== 'deliver_sm' && request.command !== 'data_sm')
          return { status: STATUS.ESME_RINVBNDSTS };
        try {
          const message = { ...PLAIN_MESSAGE, ...request.fields };
          return { status: await means.onDeliver(message), fields: { message_id: '' } };
        } catch (error) {
          means.log(
            `${place}: a message was not taken: ${error instanceof Error ? error.message : String(error)}`,
          );
          return { status: STATUS.ESME_RX_T_APPN };
        }
      },
      onClosed: (reason) => {
        const wasBound = session === mine;
        session = undefined;
        link = undefined;
        lost(
          wasBound
            ? `the session with ${place} was lost: ${reason}`
            : (refusal ?? `no session with ${place}: ${reason}`),
        );
      },
    });
    let refusal: string | undefined;
    link = mine;
    const reply = await mine.request(`bind_${bindAs}`, {
      system_id: settings.systemId,
      password: settings.password,
      system_type: settings.systemType ?? '',
      interface_version: SMPP_3_4,
      addr_ton: settings.addressTon ?? 0,
      addr_npi: settings.addressNpi ?? 0,
      address_range: settings.addressRange ?? '',
    });
    if (reply.kind === 'closed') return;
    if (reply.kind === 'silence' || reply.response.status !== 0) {
      refusal =
        reply.kind === 'silence'
          ? `${place} does not answer bind_${bindAs}`
          : `${place} refused bind_${bindAs} of ${settings.systemId}: ${describeStatus(reply.response.status)}`;
      mine.destroy(refusal);
      return;
    }
    failures = 0;
    // What the last session was allowed says nothing of this one.
    gate.open();
    gate = createGate(settings.window ?? WINDOW, settings.throttled ?? THROTTLED);
    session = mine;
    become({ state: 'up', text: `bound to ${place} as ${bindAs}` });
    onBound();
  }

  function lost(why: string): void {
    if (ended) return;
    const most = Math.min(patience.most, patience.first * 2 ** Math.min(failures, 16));
    failures += 1;
    // Many that lost the same SMS centre do not come back in the same moment.
    const [jitter = 0] = means.random(1);
    const wait = (most * (256 + jitter)) / 512;
    retryAt = performance.now() + wait;
    become({ state: 'down', text: why });
    clearTimeout(retry);
    retry = setTimeout(connect, wait);
    gate.open();
  }

  const unbound = (): Submission => ({
    kind: 'unbound',
    text: ended ? 'the session is closed' : health.text,
    after: Math.max(0, Math.ceil(retryAt - performance.now())),
  });

  async function submit(message: MessageFields, signal?: AbortSignal): Promise<Submission> {
    for (let tries = 1; ; tries++) {
      if (session === undefined) return unbound();
      const through = gate;
      await through.enter(signal);
      if (session === undefined) {
        through.leave(false);
        return unbound();
      }
      let reply: Reply;
      let throttled = false;
      try {
        reply = await session.request('submit_sm', message);
        throttled = reply.kind === 'answered' && statusRow(reply.response.status).verdict === 'slower';
      } finally {
        through.leave(throttled);
      }
      if (throttled && tries < MOST_TRIES) continue;
      return submissionOf(reply);
    }
  }

  connect();
  return {
    submit,
    bound,
    health() {
      const seconds = Math.ceil((retryAt - performance.now()) / 1000);
      if (health.state !== 'down' || ended || seconds <= 0) return health;
      return { ...health, text: `${health.text}; the next attempt is in ${seconds} s` };
    },
    pause: () => Math.ceil(gate.pause()),
    async close() {
      ended = true;
      clearTimeout(retry);
      gate.open();
      const leaving = link;
      if (leaving === undefined) socket?.destroy();
      await leaving?.end(leaving === session);
      become({ state: 'down', text: `closed the session with ${place}` });
    },
  };
}

function tlsOptions(host: string, port: number, { ca, cert, key, serverName }: Tls): ConnectionOptions {
  return {
    host,
    port,
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined || key === undefined ? {} : { cert, key }),
    ...(serverName === undefined ? {} : { servername: serverName }),
  };
}

function submissionOf(reply: Reply): Submission {
  switch (reply.kind) {
    case 'silence':
      return { kind: 'unknown', text: 'the SMS centre did not answer in time' };
    case 'closed':
      return { kind: 'unknown', text: `the session was lost before the answer: ${reply.reason}` };
    case 'answered': {
      const { response } = reply;
      if (response.status !== 0) return { kind: 'refused', status: response.status };
      if (response.command !== 'submit_sm_resp') return { kind: 'refused', status: STATUS.ESME_RUNKNOWNERR };
      return { kind: 'accepted', messageId: response.fields.message_id ?? '' };
    }
  }
}
