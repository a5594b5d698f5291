/** Grove's virtual phone as the client under test, in this process. */
import {
  createPhone,
  HANDLERS,
  type ObjectHandler,
  type Phone,
  type PhoneOptions,
  type Request,
  type Response,
  scriptedUser,
  systemClock,
  type Transport,
} from '@grove/device';
import {
  DEVICE,
  type DmAcc,
  type DmAuth,
  type DmAuthType,
  dmAccNodes,
  type Encoding,
  type LeafValue,
} from '@grove/protocol';
import { AREA, areaHandler, FIXTURE, OTHER_SERVER_ID, SERVER_ID } from './phone-fixture.ts';
import type {
  Answer,
  Client,
  ClientSource,
  Credentials,
  DmAccount,
  Line,
  Opening,
  Scheme,
  Sent,
} from './subject.ts';

const DEV_ID = 'IMEI:001010000000008';
const ADDRESS = 'https://dm.example.com/dm';
const NONCE = Buffer.from('Nonce').toString('base64');

const TYPES: Readonly<Record<Exclude<Scheme, 'none'>, DmAuthType>> = {
  basic: 'BASIC',
  md5: 'DIGEST',
  hmac: 'HMAC',
};

export function virtualPhones(): ClientSource {
  return {
    name: "Grove's virtual phone",
    encodings: ['xml', 'wbxml'],
    patience: 10_000,
    take: async (encoding) => new PhoneClient(encoding),
    close: async () => {},
  };
}

class PhoneClient implements Client {
  readonly fixture = FIXTURE;
  readonly #encoding: Encoding;
  readonly #wire = new Wire();
  readonly #over = new AbortController();
  readonly #own = accountOf(SERVER_ID);
  readonly #other = accountOf(OTHER_SERVER_ID);
  #phone: Phone | undefined;
  #opening: Opening = {};

  constructor(encoding: Encoding) {
    this.#encoding = encoding;
  }

  account({ client = 'md5', server = 'md5', other = false }: Opening): DmAccount {
    const account = other ? this.#other : this.#own;
    account.client = { ...account.client, scheme: client };
    account.server = { ...account.server, scheme: server };
    return account;
  }

  async begin(opening: Opening): Promise<Line> {
    this.#opening = opening;
    this.#phone ??= await createTestedPhone({
      encoding: this.#encoding,
      transport: this.#wire,
      own: storedAccount(this.account({ ...opening, other: false }), opening),
      other: storedAccount(this.account({ ...opening, other: true }), opening),
      clock: {
        now: systemClock.now,
        // A user who does not react does not keep a case waiting either.
        sleep: (milliseconds, signal) => systemClock.sleep(this.#isIgnored ? 0 : milliseconds, signal),
      },
      ...(opening.user === undefined ? {} : { interaction: this.#user() }),
    });
    const { reason, sessionID, other = false } = opening;
    const session = this.#phone.session({
      ...(reason === undefined ? {} : { reason }),
      ...(sessionID === undefined ? {} : { sessionID }),
      serverID: other ? OTHER_SERVER_ID : SERVER_ID,
      signal: this.#over.signal,
    });
    const line = await this.#wire.connect(session);
    if (line === undefined) throw new Error('the phone has begun no session');
    return line;
  }

  async close(): Promise<void> {
    this.#over.abort();
  }

  get #isIgnored(): boolean {
    return this.#opening.user?.some(({ act }) => act === 'ignore') ?? false;
  }

  #user() {
    const script = this.#opening.user ?? [];
    return scriptedUser(
      script.map(({ question, act }) => ({
        ...(question === undefined ? {} : { question }),
        times: 1,
        answer: typeof act === 'object' && 'choose' in act ? { choose: [...act.choose] } : act,
      })),
    );
  }
}

const text = (data: string): LeafValue => ({ format: 'chr', type: 'text/plain', data });

/** A phone with the fixture of the cases in its tree. */
export async function createTestedPhone({
  own,
  other,
  ...options
}: Omit<PhoneOptions, 'devId' | 'account' | 'handlers'> & {
  readonly own: DmAcc;
  readonly other: DmAcc;
}): Promise<Phone> {
  const handlers: readonly ObjectHandler[] = [...HANDLERS, areaHandler];
  const phone = await createPhone({ ...options, devId: DEV_ID, account: own, handlers });
  const all = ['Add', 'Delete', 'Exec', 'Get', 'Replace'].map((name) => `${name}=${own.serverId}`).join('&');
  phone.tree.replace(`${AREA}?prop=ACL`, text(all), DEVICE);
  for (const { path, value } of dmAccNodes('./DMAcc/Other', other)) phone.tree.add(path, value, DEVICE);
  return phone;
}

type OwnAccount = { -readonly [Key in keyof DmAccount]: DmAccount[Key] };

/** With the names of the published examples. */
export function accountOf(serverID: string, address: string = ADDRESS): OwnAccount {
  return {
    serverID,
    address,
    client: { scheme: 'md5', user: 'Bruce2', password: 'OhBehave', nonce: NONCE },
    server: { scheme: 'md5', user: serverID, password: 'server secret', nonce: NONCE },
  };
}

/** The account as the phone's tree has it. */
export function storedAccount(
  { serverID, address, client, server }: DmAccount,
  { withoutNonce = false }: Opening = {},
): DmAcc {
  return {
    serverId: serverID,
    addresses: [{ addr: address }],
    auth: [...authOf('CLCRED', client, !withoutNonce), ...authOf('SRVCRED', server)],
    ...(client.scheme === 'none' ? {} : { authPref: TYPES[client.scheme] }),
  };
}

function authOf(
  level: DmAuth['level'],
  { scheme, user, password, nonce }: Credentials,
  withNonce = true,
): DmAuth[] {
  if (scheme === 'none') return [];
  const data = withNonce ? { data: Buffer.from(nonce, 'base64') } : {};
  return [{ level, type: TYPES[scheme], name: user, secret: password, ...data }];
}

/** Carries messages between a phone and a case, each of which waits for the other. */
class Wire implements Transport {
  #sent: ((sent: Sent | undefined) => void) | undefined;
  #answered: ((answer: Response) => void) | undefined;

  exchange({ uri, encoding, body, mac, signal }: Request): Promise<Response> {
    return new Promise((resolve, reject) => {
      signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
      this.#answered = resolve;
      this.#sent?.({ uri, encoding, body, mac });
    });
  }

  /** The line to a phone whose session is under way; undefined when it is over without a word. */
  async connect(session: Promise<unknown>): Promise<Line | undefined> {
    const next = (): Promise<Sent | undefined> =>
      new Promise((resolve) => {
        this.#sent = resolve;
      });
    let failure: unknown;
    const first = next();
    // A session that ends, however, is one that sends nothing more.
    session.then(
      () => this.#sent?.(undefined),
      (error: unknown) => {
        failure = error;
        this.#sent?.(undefined);
      },
    );
    const sent = await first;
    if (failure !== undefined) throw failure;
    if (sent === undefined) return undefined;
    return {
      first: sent,
      exchange: async (answer: Answer) => {
        const following = next();
        this.#answered?.(answer);
        const message = await following;
        if (failure !== undefined) throw failure;
        return message;
      },
    };
  }
}
