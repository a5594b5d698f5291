/** What a case about a client works with. */
import type { Encoding } from '@grove/protocol';
import { Failure, type Group, NotApplicable, type Suite, type TestedCase } from '../framework/index.ts';
import { Dialogue, type Planted } from './dialogue.ts';
import { type NotificationParts, pushed } from './notification.ts';
import { AUTH_TYPES, freshNonce } from './proof.ts';
import type { ClientSource, Fixture, Opening } from './subject.ts';
import { Transcript } from './transcript.ts';
import { chal } from './xml.ts';

export interface ClientStand {
  readonly encoding: Encoding;
  readonly fixture: Fixture;
  /** Has the client begin a session; what it then says first is `dialogue.last`. */
  begin(opening?: Opening): Promise<Dialogue>;
  /** Has the client begin a session and lets it prove itself where it waits to be asked. */
  meet(opening?: Opening): Promise<Dialogue>;
  /** Meets the client and has nodes made, {@link Dialogue.plant}; gives the place they are in as well. */
  planted(nodes?: Planted, opening?: Opening): Promise<{ dialogue: Dialogue; at: string }>;
  /** Hands the client a notification, made with the account of the opening; undefined = it begins no session over it. */
  notify(notification?: NotificationParts, opening?: Opening): Promise<Dialogue | undefined>;
  /** A part of the fixture; the case does not apply to a client without it. */
  need<Name extends keyof Fixture>(name: Name): NonNullable<Fixture[Name]>;
}

export type ClientGroup = Group<ClientStand>;
export type ClientCase = TestedCase<ClientStand>;

/** The client's cases, tried on clients of one kind. */
export function suiteOf(source: ClientSource, groups: readonly ClientGroup[]): Suite<ClientStand> {
  return {
    side: 'client',
    subject: source.name,
    groups,
    encodings: source.encodings,
    patience: source.patience,
    async putUp(encoding) {
      const client = await source.take(encoding);
      const transcript = new Transcript();
      const { fixture } = client;
      let current: Dialogue | undefined;
      const begin = async (opening: Opening = {}): Promise<Dialogue> => {
        if (current?.over === false) throw new Failure('the client has not ended the session before');
        const line = await client.begin(opening);
        current = new Dialogue(line, client.account(opening), fixture.area, transcript);
        return current;
      };
      const meet = async (opening?: Opening): Promise<Dialogue> => {
        const dialogue = await begin(opening);
        const { client: credentials } = dialogue.account;
        const { scheme } = credentials;
        const isProved = dialogue.last.header.cred !== undefined || dialogue.last.sent.mac !== undefined;
        if (scheme === 'none' || isProved) return dialogue;
        credentials.nonce = freshNonce();
        const headerChal = chal(AUTH_TYPES[scheme], credentials.nonce);
        await dialogue.sayOnce('', { headerCode: 407, headerChal, commandCode: 407 });
        return dialogue;
      };
      const stand: ClientStand = {
        encoding,
        fixture,
        begin,
        meet,
        async planted(nodes, opening) {
          const dialogue = await meet(opening);
          return { dialogue, at: await dialogue.plant(nodes) };
        },
        async notify(parts = {}, opening = {}) {
          const account = client.account(opening);
          const line = await client.notify(pushed(account, parts), opening);
          current = line && new Dialogue(line, account, fixture.area, transcript);
          return current;
        },
        need(name) {
          const part = fixture[name];
          if (part === undefined) throw new NotApplicable(`the client declares no ${name}`);
          return part;
        },
      };
      return { stand, trace: transcript.lines, close: () => client.close() };
    },
    close: () => source.close(),
  };
}
