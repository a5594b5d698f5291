/**
 * A client that the cases are tried on. Whatever implements this can be certified: the cases know a client only
 * by what it says on the wire and by what is declared here.
 */
import type { Encoding, QuestionKind } from '@grove/protocol';

/** How one side proves itself. */
export type Scheme = 'none' | 'basic' | 'md5' | 'hmac';

export interface Credentials {
  readonly scheme: Scheme;
  readonly user: string;
  readonly password: string;
  /** Base64; the nonce of the next proof. Of no meaning for basic. */
  nonce: string;
}

/** The account that client and scripted server share, as it is now: nonces move on. */
export interface DmAccount {
  /** Who the scripted server is in the client's ACLs. */
  readonly serverID: string;
  /** The scripted server's address, as the client's messages name it. */
  readonly address: string;
  readonly client: Credentials;
  readonly server: Credentials;
}

/**
 * What the client has for the cases, present from the start. Each but `area` may be missing: then the cases that need
 * it do not apply.
 */
export interface Fixture {
  /**
   * An interior node below which the scripted server may do anything: its ACL grants Add, Delete, Exec, Get and
   * Replace, and nodes of any name and format may be added.
   */
  readonly area: string;
  /** A leaf that is permanent and that servers may not replace, by its AccessType; `./DevInfo/DevId` with most. */
  readonly permanent?: string;
  /** A node of which an Exec is done at once, and answered with 200. */
  readonly executable?: string;
  /** A node of which an Exec is answered with 202 and reported by alert 1226, in this session or the next. */
  readonly deferred?: string;
  /** A dynamic interior node that servers may delete, with a child `Kept` whose AccessType lacks Delete. */
  readonly guarded?: string;
  /** A permanent interior node whose ACL and AccessType let the scripted server delete and rename it all the same. */
  readonly fixed?: string;
  /** ServerID of the client's second account. */
  readonly otherServerID?: string;
  /** ServerID of its third one. */
  readonly thirdServerID?: string;
  /** Root of the account with the scripted server, `./DMAcc/Operator`. */
  readonly account?: string;
}

/** What the user at the client does. */
export type UserAct =
  /** Yes; has read it; the default, or else the first that fits. */
  | 'accept'
  | 'reject'
  | 'cancel'
  /** Lets the time run out. */
  | 'ignore'
  | { readonly type: string }
  | { readonly choose: readonly number[] };

/** One thing that the user does, the first time that a question of this kind comes. */
export interface UserScript {
  /** Absent = any. */
  readonly question?: QuestionKind;
  readonly act: UserAct;
}

/** Something that the client tells of its own accord, by a generic alert. */
export interface Report {
  readonly type: string;
  /** Text. */
  readonly data: string;
  readonly mark?: 'critical' | 'informational';
  /** URI of the node that it is about. */
  readonly source?: string;
}

/** What the client is to be like when it begins a session. */
export interface Opening {
  /** How the two prove themselves; absent = as the client does by default. */
  readonly client?: Scheme;
  readonly server?: Scheme;
  /** Its account has no nonce for its own proof yet. */
  readonly withoutNonce?: boolean;
  /** 1200: the client was asked for the session; 1201, unless told: it wants it. */
  readonly reason?: 1200 | 1201;
  /** SessionID that the client was asked to use. */
  readonly sessionID?: string;
  /** What its user will do; absent = there is no user. */
  readonly user?: readonly UserScript[];
  /** Calls with another account, as which the scripted server is `fixture.otherServerID` or `fixture.thirdServerID`. */
  readonly other?: 'second' | 'third';
  /** It has this to tell when the session begins. */
  readonly report?: Report;
  /** The case looks at how its messages travel over HTTP, {@link Sent.http}. */
  readonly overHttp?: boolean;
}

/** A message of the client. */
export interface Sent {
  /** Where it went. */
  readonly uri: string;
  readonly encoding: Encoding;
  readonly body: Uint8Array;
  /** Value of `x-syncml-hmac`. */
  readonly mac?: string | undefined;
  /** The request that it was, where it came over HTTP: its method, and header fields by their names in lower case. */
  readonly http?: { readonly method: string; readonly headers: Readonly<Record<string, string>> };
}

/** A message for the client. */
export interface Answer {
  readonly encoding: Encoding;
  readonly body: Uint8Array;
  readonly mac?: string | undefined;
}

/** A session that the client has begun. */
export interface Line {
  readonly first: Sent;
  /** Has the client, or its user, break the session off; absent = nobody can make it do so. */
  readonly stop?: () => void;
  /** Answers the client's last message; gives the next one, or undefined when the client sends no more. */
  exchange(answer: Answer): Promise<Sent | undefined>;
}

/** A client that one case has to itself: as it left the factory, or as near to that as can be had. */
export interface Client {
  readonly fixture: Fixture;
  /** The account that it uses when it begins a session like this. */
  account(opening: Opening): DmAccount;
  /**
   * Has it begin a session.
   *
   * @throws {NotApplicable} when it cannot be made to be like this.
   */
  begin(opening: Opening): Promise<Line>;
  /**
   * Hands it a notification (Package #0); undefined = it begins no session over it.
   *
   * @throws {NotApplicable} when it cannot be handed any, or cannot be made to be like this.
   */
  notify(notification: Pushed, opening: Opening): Promise<Line | undefined>;
  close(): Promise<void>;
}

/** What is pushed to a client. */
export interface Pushed {
  readonly mediaType: string;
  readonly body: Uint8Array;
}

/** Where clients come from. */
export interface ClientSource {
  /** `Grove's virtual phone` */
  readonly name: string;
  readonly encodings: readonly Encoding[];
  /** Milliseconds that a case may take. */
  readonly patience: number;
  take(encoding: Encoding): Promise<Client>;
  close(): Promise<void>;
}
