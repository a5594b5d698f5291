/** A session of the client with the scripted server: hand-made packages, message by message. */
import {
  type Command,
  type DecodedMessage,
  decodeMessage,
  type Encoding,
  MalformedError,
  type Message,
  type Status,
  xmlToWbxml,
} from '@grove/protocol';
import { Failure, NotApplicable } from '../framework/index.ts';
import { AUTH_TYPES, credOf, freshNonce, macOf } from './proof.ts';
import { Reply } from './reply.ts';
import { checkStandingRules, type SoFar } from './standing-rules.ts';
import type { Answer, DmAccount, Line, Sent } from './subject.ts';
import type { Transcript } from './transcript.ts';
import { add, addNode, alert, chal, get, type HeaderParts, message, remove, status } from './xml.ts';

/** How a message differs from that of a server that goes along with everything. */
export interface SayOptions extends Partial<HeaderParts> {
  /** Whether the server's package ends with it; true unless told. */
  readonly final?: boolean;
  /** Status for the client's SyncHdr; 212, or 200 where each message is proved, unless told. */
  readonly headerCode?: number;
  /** `<Chal>…</Chal>` in that Status. */
  readonly headerChal?: string;
  /** Status for the client's commands; 200 unless told, `none` = they get none. */
  readonly commandCode?: number | 'none';
  /** Statuses in place of all that the server would send. */
  readonly statuses?: string;
  /** Value of `x-syncml-hmac`; as the account says unless told, '' = none. */
  readonly mac?: string;
}

/** What of a tree is to be there: leaves by their text, interior nodes by their children. */
export interface Planted {
  readonly [name: string]: string | Planted;
}

export class Dialogue {
  readonly account: DmAccount;
  readonly encoding: Encoding;
  readonly #line: Line;
  readonly #transcript: Transcript;
  readonly #area: string;
  readonly #before: { sent: Sent; decoded: DecodedMessage }[] = [];
  readonly #asked = new Map<string, Map<string, string>>();
  /** The server's last message, where it could be read. */
  #said: Message | undefined;
  /** The client's commands that have no Status yet. */
  #unanswered: Command[] = [];
  #msgID = 0;
  #maxMsgSize: number | undefined;
  /** Whether the client has accepted the server for the rest of the session. */
  #proven = false;
  /** What the server has said last. */
  #answer: Answer | undefined;
  #last: Reply;
  #over = false;

  constructor(line: Line, account: DmAccount, area: string, transcript: Transcript) {
    this.#line = line;
    this.account = account;
    this.encoding = line.first.encoding;
    this.#area = area;
    this.#transcript = transcript;
    this.#last = this.#take(line.first);
  }

  /** The client's last message. */
  get last(): Reply {
    return this.#last;
  }

  /** Whether the client sends no more. */
  get over(): boolean {
    return this.#over;
  }

  /** MsgID of the server's last message. */
  get msgID(): string {
    return String(this.#msgID);
  }

  /**
   * Sends commands and gives the client's whole answer, which may come in several messages. A client that wants to
   * see the server's proof first is shown it.
   *
   * @throws {Failure} when the client sends nothing.
   */
  async say(body: string, options: SayOptions = {}): Promise<Reply> {
    let reply = await this.sayOnce(body, options);
    if (reply !== undefined && isChallenge(reply.headerStatus) && options.cred === undefined) {
      reply = await this.sayOnce(body, options);
    }
    while (reply !== undefined && !reply.final && options.final !== false) {
      const more = await this.sayOnce(alert(1222));
      reply = more === undefined ? undefined : reply.and(more);
    }
    if (reply === undefined)
      throw new Failure('the client sends nothing, although it was asked for something');
    return reply;
  }

  /** Sends commands in one message and gives the client's next message; undefined when there is none. */
  async sayOnce(body: string, options: SayOptions = {}): Promise<Reply | undefined> {
    return this.sayBytes(this.encoded(this.compose(body, options)), options);
  }

  /** A message in the encoding of the session. */
  encoded(xml: string): Uint8Array {
    const bytes = new TextEncoder().encode(xml);
    return this.encoding === 'wbxml' ? xmlToWbxml(bytes) : bytes;
  }

  /** The message that {@link sayOnce} would send, as XML; it counts as the server's next one. */
  compose(body: string, options: SayOptions = {}): string {
    this.#msgID += 1;
    this.#maxMsgSize = options.maxMsgSize ?? this.#maxMsgSize;
    const { header } = this.#last;
    const { server } = this.account;
    const own = options.statuses ?? this.#ownStatuses(options);
    const final = options.final === false ? '' : '<Final/>';
    return message(
      {
        sessionID: header.sessionID,
        msgID: String(this.#msgID),
        target: header.source.locURI,
        source: this.account.address,
        sourceName: server.scheme === 'md5' || server.scheme === 'hmac' ? server.user : undefined,
        cred: this.#proven ? undefined : credOf(server),
        ...options,
      },
      // The commands come last and are numbered first, so that a case knows their numbers.
      numberedFirst(body, own) + final,
    );
  }

  /** Sends a message as it is, in the encoding of the session. */
  async sayBytes(body: Uint8Array, { mac }: Pick<SayOptions, 'mac'> = {}): Promise<Reply | undefined> {
    this.#noteAsked(body);
    const { server } = this.account;
    const answer: Answer = {
      encoding: this.encoding,
      body,
      mac: mac === '' ? undefined : (mac ?? macOf(server, body)),
    };
    return this.#exchange(answer);
  }

  async #exchange(answer: Answer | undefined): Promise<Reply | undefined> {
    if (answer === undefined) throw new Error('the server has said nothing yet');
    this.#answer = answer;
    this.#transcript.note('server', answer);
    const sent = await this.#line.exchange(answer);
    if (sent === undefined) {
      this.#over = true;
      this.#transcript.end();
      return undefined;
    }
    this.#last = this.#take(sent);
    return this.#last;
  }

  /** Sends commands and gives the statuses for them, `Get 200`. */
  async codes(body: string): Promise<readonly string[]> {
    return (await this.say(body)).codes;
  }

  /** What a Get gives: a leaf's value, the sorted names of an interior node's children, or `status 404`. */
  async read(uri: string): Promise<string> {
    const reply = await this.say(get(uri));
    const value = reply.value(uri);
    if (value === undefined) return `status ${reply.statuses[0]?.code}`;
    return reply.meta(uri).format === 'node' ? value.split('/').sort().join('/') : value;
  }

  /**
   * Has the client break the session off; its next message says so.
   *
   * @throws {NotApplicable} when it cannot be made to.
   */
  stop(): void {
    const { stop } = this.#line;
    if (stop === undefined) throw new NotApplicable('the client cannot be made to break a session off');
    stop();
  }

  /** Sends the server's last message once more, byte by byte, as an answer to a later message than before. */
  async sayAgain(): Promise<Reply | undefined> {
    return this.#exchange(this.#answer);
  }

  /** Ends the session as a server does that has nothing more to ask for. */
  async end(): Promise<void> {
    const reply = await this.sayOnce('');
    if (reply !== undefined)
      throw new Failure('the client goes on although the server asked for nothing more');
  }

  /**
   * Has nodes made in a place of the case's own, which is empty before.
   *
   * @returns the URI of that place.
   * @throws {Failure} when the client does not make them: the case says nothing then about its own rule.
   */
  async plant(nodes: Planted = {}): Promise<string> {
    const place = `${this.#area}/Case`;
    await this.say(remove(place));
    const reply = await this.say([addNode(place), ...planting(place, nodes)].join(''));
    const failed = reply.statuses.find(({ code }) => code !== 200);
    if (failed === undefined) return place;
    throw new Failure(`the nodes that the case needs could not be made: ${reply.codes.join(', ')}`);
  }

  #ownStatuses({ headerCode, headerChal, commandCode = 200 }: SayOptions): string {
    const { header } = this.#last;
    const { client } = this.account;
    const perMessage = client.scheme === 'hmac';
    let challenge = headerChal;
    if (perMessage && challenge === undefined) {
      client.nonce = freshNonce();
      challenge = chal(AUTH_TYPES.hmac, client.nonce);
    }
    const code = headerCode ?? (perMessage ? 200 : 212);
    const next = /<NextNonce[^>]*>([^<]*)</.exec(challenge ?? '')?.[1];
    if (next !== undefined && (code === 200 || code === 212)) client.nonce = next;
    const own = [
      status({
        msgRef: header.msgID,
        cmdRef: '0',
        cmd: 'SyncHdr',
        code,
        ...(challenge === undefined ? {} : { chal: challenge }),
      }),
    ];
    if (commandCode !== 'none') {
      for (const { name, cmdID } of this.#unanswered) {
        own.push(status({ msgRef: header.msgID, cmdRef: cmdID, cmd: name, code: commandCode }));
      }
    }
    return own.join('');
  }

  #noteAsked(body: Uint8Array): void {
    const names = new Map<string, string>();
    const note = (commands: readonly Command[]): void => {
      for (const command of commands) {
        names.set(command.cmdID, command.name === 'Unknown' ? command.element : command.name);
        if ('commands' in command) note(command.commands);
      }
    };
    this.#said = undefined;
    try {
      const { message: own } = decodeMessage(body, this.encoding);
      this.#said = own;
      note(own.body.commands);
      this.#asked.set(own.header.msgID, names);
    } catch (error) {
      if (!(error instanceof MalformedError)) throw error;
    }
  }

  #take(sent: Sent): Reply {
    this.#transcript.note('client', sent);
    let decoded: DecodedMessage;
    try {
      decoded = decodeMessage(sent.body, sent.encoding);
    } catch (error) {
      if (!(error instanceof MalformedError)) throw error;
      throw new Failure(`what the client sent is no SyncML message: ${error.message}`, { cause: error });
    }
    // A message that is sent again is the same one.
    const before = this.#before.at(-1);
    if (before !== undefined && Buffer.compare(before.sent.body, sent.body) === 0) return this.#last;
    const soFar: SoFar = {
      before: this.#before,
      asked: this.#asked,
      said: this.#said,
      lastMsgID: this.#msgID === 0 ? undefined : this.msgID,
      maxMsgSize: this.#maxMsgSize,
    };
    checkStandingRules(sent, decoded, soFar);
    this.#before.push({ sent, decoded });
    const reply = new Reply(sent, decoded.message);
    this.#unanswered = reply.commands.filter(({ name }) => name !== 'Status' && name !== 'Results');
    this.#noteProof(reply.headerStatus);
    return reply;
  }

  /** What the client thinks of the server's proof, and the nonce for the next one. */
  #noteProof(headerStatus: Status | undefined): void {
    const next = headerStatus?.chal?.meta?.nextNonce;
    if (typeof next === 'string') this.account.server.nonce = next;
    if (next instanceof Uint8Array) this.account.server.nonce = next.toBase64();
    if (headerStatus?.code === 212) this.#proven = true;
  }
}

function isChallenge(headerStatus: Status | undefined): boolean {
  return headerStatus?.code === 401 || headerStatus?.code === 407;
}

function planting(place: string, nodes: Planted): string[] {
  return Object.entries(nodes).flatMap(([name, value]) => {
    const uri = `${place}/${name}`;
    return typeof value === 'string' ? [add(uri, value)] : [addNode(uri), ...planting(uri, value)];
  });
}

/** Puts statuses before commands, but gives the commands the numbers from 1. */
function numberedFirst(commands: string, statuses: string): string {
  const count = commands.split('<CmdID>#</CmdID>').length - 1;
  let cmdID = count;
  const numbered = statuses.replaceAll('<CmdID>#</CmdID>', () => {
    cmdID += 1;
    return `<CmdID>${cmdID}</CmdID>`;
  });
  return numbered + commands;
}
