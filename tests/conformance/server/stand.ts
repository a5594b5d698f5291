/** What a case about a server works with: a whole Grove in this process, and a device written by hand. */
import { type Encoding, encodingOf } from '@grove/protocol';
import { HandDevice } from '../../rig/device.testing.ts';
import { type Account, type Rig, startRig, XML } from '../../rig/rig.testing.ts';
import type { Group, Suite, TestedCase } from '../framework/index.ts';
import { Watch } from './standing-rules.ts';

export interface ServerStand {
  readonly encoding: Encoding;
  readonly rig: Rig;
  /** A registered device with an account of its own; one that proves nothing unless told. */
  device(account?: Partial<Account>): Promise<HandDevice>;
}

export type ServerGroup = Group<ServerStand>;
export type ServerCase = TestedCase<ServerStand>;
export type ServerRun = TestedCase<ServerStand>['run'];

/** The cases tried on Grove: all on one server, each with devices of its own. */
export function groveServers(groups: readonly Group<ServerStand>[]): Suite<ServerStand> {
  let rig: Promise<Rig> | undefined;
  let devices = 0;
  return {
    side: 'server',
    subject: "Grove's server",
    groups,
    encodings: ['xml', 'wbxml'],
    patience: 20_000,
    async putUp(encoding) {
      rig ??= startRig({ db: 'sqlite::memory:' });
      const server = watched(await rig);
      const phones: HandDevice[] = [];
      const stand: ServerStand = {
        encoding,
        rig: server,
        async device(account) {
          devices += 1;
          const devId = `IMEI:conformance-${devices}`;
          await server.register(devId, account);
          const phone = new HandDevice(server, devId, encoding);
          phones.push(phone);
          return phone;
        },
      };
      return {
        stand,
        get trace() {
          return phones.flatMap(({ log }) => log);
        },
        close: async () => {},
      };
    },
    async close() {
      await (await rig)?.close();
    },
  };
}

/** A server whose every answer is held against the rules for all of them. */
export function watched(rig: Rig): Rig {
  const watch = new Watch();
  return {
    ...rig,
    async post(body, options = {}) {
      const { to = `${rig.url}/dm`, type = XML } = options;
      const answer = await rig.post(body, options);
      const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body;
      const encoding = encodingOf(type);
      if (encoding !== undefined) watch.look({ to, body: bytes, encoding, answer });
      return answer;
    },
  };
}
