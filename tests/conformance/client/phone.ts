/** Grove's virtual phone as the client under test, in this process. */
import {
  createHttpTransport,
  createPhone,
  HANDLERS,
  type ObjectHandler,
  type Phone,
  type PhoneOptions,
  type Request,
  type Response,
  type SessionOptions,
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
import { httpClient } from './http.ts';
import { AREA, areaHandler, FIXTURE, OTHER_SERVER_ID, SERVER_ID, THIRD_SERVER_ID } from './phone-fixture.ts';
import type {
  Answer,
  Client,
  ClientSource,
  Credentials,
  DmAccount,
  Line,
  Opening,
  Pushed,
  Scheme,
  Sent,
} from './subject.ts';

const DEV_ID = 'IMEI:001010000000008';
const ADDRESS = 'https://dm.example.com/dm';
/** Milliseconds that a case may take. */
const PATIENCE = 10_000;
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
    patience: PATIENCE,
    take: async (encoding) => new PhoneClient(encoding),
    close: async () => {},
  };
}

class PhoneClient implements Client {
  readonly fixture = FIXTURE;
  readonly #encoding: Encoding;
  readonly #wire = new Wire();
  readonly #over = new AbortController();
  readonly #accounts = {
    own: accountOf(SERVER_ID),
    second: accountOf(OTHER_SERVER_ID),
    third: accountOf(THIRD_SERVER_ID),
  };
  readonly #closing: (() => Promise<void>)[] = [];
  #phone: Phone | undefined;
  #opening: Opening = {};

  constructor(encoding: Encoding) {
    this.#encoding = encoding;
  }

  account({ client = 'md5', server = 'md5', other }: Opening): DmAccount {
    const account = this.#accounts[other ?? 'own'];
    account.client = { ...account.client, scheme: client };
    account.server = { ...account.server, scheme: server };
    return account;
  }

  async begin(opening: Opening): Promise<Line> {
    this.#opening = opening;
    if (opening.overHttp) return this.#beginOverHttp(opening);
    const phone = await this.#take(opening);
    const { reason, sessionID, report } = opening;
    if (report !== undefined) await phone.raise(report);
    const line = await this.#hold({
      ...(reason === undefined ? {} : { reason }),
      ...(sessionID === undefined ? {} : { sessionID }),
      serverID: this.account(opening).serverID,
    });
    if (line === undefined) throw new Error('the phone has begun no session');
    return line;
  }

  async notify({ body, mediaType }: Pushed, opening: Opening): Promise<Line | undefined> {
    this.#opening = opening;
    const phone = await this.#take(opening);
    const taken = await phone.notify(body, mediaType);
    if (taken.kind === 'ignored') return undefined;
    const decision = await phone.decide(taken.notification);
    return decision.kind === 'accepted' ? this.#hold(decision.session) : undefined;
  }

  /** Has the phone begin a session; undefined = it ends without a word. */
  async #hold(options: SessionOptions): Promise<Line | undefined> {
    const stop = new AbortController();
    const session = this.#made.session({ ...options, signal: this.#over.signal, stop: stop.signal });
    const line = await this.#wire.connect(session);
    return line && { ...line, stop: () => stop.abort() };
  }

  get #made(): Phone {
    if (this.#phone === undefined) throw new Error('there is no phone yet');
    return this.#phone;
  }

  async #take(opening: Opening): Promise<Phone> {
    this.#phone ??= await createTestedPhone({
      encoding: this.#encoding,
      transport: this.#wire,
      own: this.#stored(opening, undefined),
      others: [this.#stored(opening, 'second'), this.#stored(opening, 'third')],
      clock: {
        now: systemClock.now,
        // A user who does not react does not keep a case waiting either.
        sleep: (milliseconds, signal) => systemClock.sleep(this.#isIgnored ? 0 : milliseconds, signal),
      },
      ...(opening.user === undefined ? {} : { interaction: this.#user() }),
    });
    return this.#phone;
  }

  #stored(opening: Opening, other: Opening['other']): DmAcc {
    const { other: _, ...rest } = opening;
    return storedAccount(this.account(other === undefined ? rest : { ...rest, other }), opening);
  }

  /** The same phone with its own HTTP, before a server that listens. */
  async #beginOverHttp(opening: Opening): Promise<Line> {
    const account = this.#accounts.own;
    this.account(opening);
    const transport = createHttpTransport();
    let call: ((signal: AbortSignal) => Promise<unknown>) | undefined;
    const listening = await httpClient({
      name: 'a phone over HTTP',
      host: '127.0.0.1',
      port: 0,
      encoding: this.#encoding,
      account,
      fixture: FIXTURE,
      silence: PATIENCE,
      wait: PATIENCE,
      call: (signal) => call?.(signal) ?? Promise.resolve(),
    });
    account.address = listening.url;
    const encoding = this.#encoding;
    const own = storedAccount(account, opening);
    const phone = await createTestedPhone({ encoding, transport, own, others: [] });
    call = (signal) => phone.session({ serverID: SERVER_ID, signal });
    const client = await listening.take(this.#encoding);
    this.#closing.push(
      () => client.close(),
      () => transport.close(),
      () => listening.close(),
    );
    return client.begin({});
  }

  async close(): Promise<void> {
    this.#over.abort();
    for (const close of this.#closing) await close();
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
  others,
  ...options
}: Omit<PhoneOptions, 'devId' | 'account' | 'handlers'> & {
  readonly own: DmAcc;
  readonly others: readonly DmAcc[];
}): Promise<Phone> {
  const handlers: readonly ObjectHandler[] = [...HANDLERS, areaHandler];
  const phone = await createPhone({ ...options, devId: DEV_ID, account: own, handlers });
  const all = ['Add', 'Delete', 'Exec', 'Get', 'Replace'].map((name) => `${name}=${own.serverId}`).join('&');
  phone.tree.replace(`${AREA}?prop=ACL`, text(all), DEVICE);
  others.forEach((account, index) => {
    const nodes = dmAccNodes(`./DMAcc/Other${index + 1}`, account);
    for (const { path, value } of nodes) phone.tree.add(path, value, DEVICE);
  });
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
