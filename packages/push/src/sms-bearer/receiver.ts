/** The terminal's end of SMS: bound to an SMS centre with its number, it joins segments and reads the push in them. */
import { MalformedError, printable } from '@grove/protocol';
import {
  type ReceivedPush,
  type Receiver,
  ReceiverError,
  type ReceiverKind,
  type ReceiverMeans,
} from '../bearer/index.ts';
import { boundedLog } from '../bounded-log/index.ts';
import { ESM_CLASS, isReceipt, type MessageFields, openEsme, STATUS } from '../smpp/index.ts';
import { type Lost, Reassembly, readUserData } from '../sms/index.ts';
import { readTlsFiles, type Tls } from '../tls-files/index.ts';
import { PUSH_PORT, parsePush } from '../wsp/index.ts';
import { writtenNumber } from './numbers.ts';

const FORM = 'smpp://SYSTEM-ID:PASSWORD@HOST:PORT?number=+NUMBER, smpps:// with &ca=FILE';
const SMPP_PORT = 2775;
/** How often it is looked for segments that wait in vain, in milliseconds. */
const LOOK = 30_000;

export const SMS_RECEIVER: ReceiverKind = {
  bearer: 'sms',
  schemes: ['smpp', 'smpps'],
  form: FORM,
  async open(url, means) {
    const place = readUrl(url);
    try {
      const tls = place.tls && (await readTlsFiles(place.tls));
      return openSmsReceiver({ ...place, tls }, means);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error)) throw error;
      throw new ReceiverError(`a file for TLS cannot be read: ${error.message}`, { cause: error });
    }
  },
};

/** Whole pushes that could not be stored and are kept for another time. */
const MOST_UNSTORED = 64;

interface Unstored {
  readonly push: ReceivedPush;
  /** undefined = it was tried, in vain. */
  readonly storing: Promise<void> | undefined;
}

interface Place {
  readonly host: string;
  readonly port: number;
  readonly tls: Tls | undefined;
  readonly systemId: string;
  readonly password: string;
  /** `+441632960001`, or `+4416329*` for all that begin so. */
  readonly number: string;
}

/** @throws {ReceiverError} */
function readUrl(text: string): Place {
  const wrong = (what: string) => new ReceiverError(`${what}; expected ${FORM}`);
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined) throw wrong('the address of the SMS centre is no URL');
  const systemId = decoded(url.username);
  const password = decoded(url.password);
  if (url.hostname === '') throw wrong('the URL names no host');
  if (systemId === '' || systemId.length > 15) throw wrong('the system id has not 1 to 15 characters');
  if (password.length > 8) throw wrong('the password has more than 8 characters');
  // In a query a plus sign is a space.
  const number = url.searchParams.get('number')?.replace(/^ /, '+') ?? '';
  if (!/^\+?\d{1,20}\*?$/.test(number)) throw wrong(`the number ${JSON.stringify(number)} is none`);
  return {
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: url.port === '' ? SMPP_PORT : Number(url.port),
    tls: url.protocol === 'smpps:' ? filesOf(url.searchParams) : undefined,
    systemId,
    password,
    number,
  };
}

/** Paths of files in PEM, as the URL names them. */
function filesOf(query: URLSearchParams): Tls {
  const names = ['ca', 'cert', 'key', 'serverName'] as const;
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = query.get(name);
      return value === null ? [] : [[name, value]];
    }),
  );
}

/** What is no percent encoding stands for itself. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function openSmsReceiver(place: Place, means: ReceiverMeans): Receiver {
  const { host, port, number } = place;
  const log = boundedLog(means.log, means.now);
  const reassembly = new Reassembly();
  /** Pushes that are whole and not stored yet, by the message that they came in. */
  const unstored = new Map<number, Unstored>();

  const session = openEsme(
    {
      host,
      port,
      ...(place.tls === undefined ? {} : { tls: place.tls }),
      bindAs: 'receiver',
      systemId: place.systemId,
      password: place.password,
      addressRange: number.replace(/^\+/, ''),
    },
    { random: means.random, log, onHealth: means.onHealth, onDeliver },
  );
  const expiry = setInterval(() => tellLost(reassembly.expire(means.now())), LOOK);

  function tellLost(lost: readonly Lost[]): void {
    for (const { route, found, total, why } of lost)
      log(`${found} of ${total} segments from ${printable(route.from)} were thrown away: ${why}`);
  }

  async function onDeliver(message: MessageFields): Promise<number> {
    const from = writtenNumber(message.source_addr_ton, message.source_addr);
    const to = number.endsWith('*')
      ? writtenNumber(number.startsWith('+') ? 1 : message.dest_addr_ton, message.destination_addr)
      : number;
    try {
      return await take(message, from, to);
    } catch (error) {
      if (!(error instanceof MalformedError)) throw error;
      log(`a message from ${printable(from)} was rejected: ${error.message}`);
      return STATUS.ESME_RX_P_APPN;
    }
  }

  /** @throws {MalformedError} */
  async function take(message: MessageFields, from: string, to: string): Promise<number> {
    if (isReceipt(message)) return STATUS.ESME_ROK;
    const data = message.message_payload ?? message.short_message;
    const userData = (message.esm_class & ESM_CLASS.udh) === 0 ? undefined : readUserData(data);
    if (userData?.ports?.destination !== PUSH_PORT) {
      log(
        `a message from ${printable(from)} was passed over: it is not for the port of pushes, ${PUSH_PORT}`,
      );
      return STATUS.ESME_ROK;
    }
    const { taken, lost } = reassembly.take({ from, to }, userData, means.now());
    tellLost(lost);
    switch (taken.kind) {
      case 'waiting':
        return STATUS.ESME_ROK;
      case 'whole': {
        const { content } = parsePush(taken.data);
        await store({ ...content, bearer: 'sms', from, to }, taken.id);
        return STATUS.ESME_ROK;
      }
      case 'duplicate': {
        const before = unstored.get(taken.id);
        if (before !== undefined) await (before.storing ?? store(before.push, taken.id));
        return STATUS.ESME_ROK;
      }
    }
  }

  /**
   * Hands on a push. Its other segments were acknowledged before, so that only the last one comes again where this rejects:
   * the push is kept until then.
   */
  async function store(push: ReceivedPush, id: number | undefined): Promise<void> {
    const storing = means.onPush(push);
    if (id === undefined) return storing;
    unstored.set(id, { push, storing });
    try {
      await storing;
      unstored.delete(id);
    } catch (error) {
      unstored.set(id, { push, storing: undefined });
      if (unstored.size > MOST_UNSTORED) {
        const [oldest] = unstored.keys();
        if (oldest !== undefined) unstored.delete(oldest);
      }
      throw error;
    }
  }

  return {
    address: number,
    health: () => session.health(),
    async close() {
      clearInterval(expiry);
      await session.close();
    },
  };
}
