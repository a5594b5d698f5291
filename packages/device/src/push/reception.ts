import {
  boundedLog,
  type Health,
  RECEIVERS,
  type Receiver,
  ReceiverError,
  type ReceiverKind,
  type ReceiverMeans,
} from '@grove/push';

/** A bearer that a phone is reached by, as it is now. */
export interface ReachedBy {
  /** `sms` */
  readonly bearer: string;
  /** Where: a number, a SIP URI, an address with a port. */
  readonly address: string;
  readonly state: Health['state'];
  /** Since when, or why; a sentence. */
  readonly text: string;
}

/** What receivers are opened with. */
export interface ReceptionOptions extends Pick<ReceiverMeans, 'onPush'> {
  /** Called whenever a bearer's state changes, with those that are open. */
  readonly onChange?: (bearers: readonly ReachedBy[]) => void;
  /** What the user should see; no more lines in a minute than anybody reads. */
  readonly log?: (text: string) => void;
  readonly now?: () => Date;
  readonly random?: (bytes: number) => Uint8Array;
  /** Those that there are, unless told. */
  readonly kinds?: readonly ReceiverKind[];
}

/** The receivers of a phone. */
export interface Reception {
  readonly bearers: readonly ReachedBy[];
  close(): Promise<void>;
}

/**
 * Opens a receiver for each URL; they keep themselves connected.
 *
 * @throws {ReceiverError} for a URL of no known kind, and where a receiver cannot be opened; the others are closed again.
 */
export async function openReception(urls: readonly string[], options: ReceptionOptions): Promise<Reception> {
  const { kinds = RECEIVERS, onPush, onChange = () => {}, log = () => {} } = options;
  const now = options.now ?? (() => new Date());
  const open: { readonly bearer: string; readonly receiver: Receiver }[] = [];
  const close = async () => {
    await Promise.all(open.splice(0).map(({ receiver }) => receiver.close()));
  };
  const bearers = (): ReachedBy[] =>
    open.map(({ bearer, receiver }) => {
      const { state, text } = receiver.health();
      return { bearer, address: receiver.address, state, text };
    });
  const means: ReceiverMeans = {
    now: () => now().getTime(),
    random: options.random ?? ((bytes) => crypto.getRandomValues(new Uint8Array(bytes))),
    onPush,
    onHealth: () => onChange(bearers()),
    log: boundedLog(log, () => now().getTime()),
  };
  try {
    for (const url of urls) {
      const kind = receiverKindOf(url, kinds);
      open.push({ bearer: kind.bearer, receiver: await kind.open(url, means) });
    }
  } catch (error) {
    await close();
    throw error;
  }
  return {
    get bearers() {
      return bearers();
    },
    close,
  };
}

/**
 * What a URL is opened by.
 *
 * @throws {ReceiverError} naming the forms that there are.
 */
function receiverKindOf(url: string, kinds: readonly ReceiverKind[]): ReceiverKind {
  const [, scheme = ''] = /^([a-z][a-z0-9+.-]*):/i.exec(url) ?? [];
  const found = kinds.find(({ schemes }) => schemes.includes(scheme.toLowerCase()));
  if (found !== undefined) return found;
  const forms = kinds.map(({ form }) => form).join(', ');
  // A URL may hold a password.
  throw new ReceiverError(`a bearer begins with ${JSON.stringify(`${scheme}:`)}; expected ${forms}`);
}
