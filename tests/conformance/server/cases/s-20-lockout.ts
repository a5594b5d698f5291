import { basicDigest, cred, HandDevice, md5Digest, packageOne } from '../../../rig/device.testing.ts';
import { type Rig, startRig } from '../../../rig/rig.testing.ts';
import type { Check } from '../../framework/index.ts';
import { type ServerCase, type ServerGroup, watched } from '../stand.ts';

const RULE = 'DM_Security 1.2.1, Credentials (the standard leaves it to the server to bound guessing)';
const AFTER = 3;
const SECOND = 1000;
const SECRET = { user: 'phone', password: 'right' };
const NONCE = Buffer.from('0123456789abcdef').toString('base64');

/** A server whose time stands still until a case lets it go on. */
function lockoutCase(
  listed: Pick<ServerCase, 'id' | 'title'>,
  run: (
    stand: { rig: Rig; wait: (milliseconds: number) => void; begin: Begin },
    check: Check,
  ) => Promise<void>,
): ServerCase {
  return {
    ...listed,
    rule: RULE,
    encodings: ['xml'],
    async run(_, check) {
      let now = Date.UTC(2026, 0, 1);
      const own = await startRig({
        db: 'sqlite::memory:',
        now: () => now,
        limits: { lockout: { after: AFTER, first: 10 * SECOND, longest: 40 * SECOND } },
      });
      const rig = watched(own);
      let sessions = 0;
      const begin: Begin = async (devId, credentials) => {
        sessions += 1;
        const said = await new HandDevice(rig, devId)
          .begin(String(sessions))
          .say(packageOne(devId), { more: credentials });
        return said.statuses[0] ?? '';
      };
      const wait = (milliseconds: number): void => {
        now += milliseconds;
      };
      try {
        await run({ rig, wait, begin }, check);
      } finally {
        await own.close();
      }
    },
  };
}

/** Package 1 of a session of its own. @returns the Status of the SyncHdr */
type Begin = (devId: string, credentials: string) => Promise<string>;

const right = cred('basic', basicDigest(SECRET.user, SECRET.password));
const wrong = cred('basic', basicDigest(SECRET.user, 'guess'));
const DEVICE = 'IMEI:guessed';

export const LOCKOUT: ServerGroup = {
  id: 'S-20',
  title: 'Guessed credentials',
  cases: [
    lockoutCase(
      { id: 'S-20.1', title: 'After many wrong passwords the right one is not looked at either, for a time' },
      async ({ rig, begin, wait }, check) => {
        await rig.register(DEVICE, { client: { auth: 'basic', ...SECRET } });
        for (let tries = 0; tries < AFTER; tries += 1) {
          check.equal(await begin(DEVICE, wrong), 'SyncHdr 401', 'Status of a wrong password');
        }
        check.equal(await begin(DEVICE, right), 'SyncHdr 401', 'Status of the right one');
        wait(10 * SECOND);
        check.equal(await begin(DEVICE, right), 'SyncHdr 212', 'Status of the right one later');
      },
    ),
    lockoutCase(
      {
        id: 'S-20.2',
        title: 'A client that makes its digest over the nonce of its account is served all the same',
      },
      async ({ rig, begin }, check) => {
        await rig.register(DEVICE, { client: { auth: 'md5', ...SECRET, nonce: NONCE } });
        for (let tries = 0; tries < AFTER + 1; tries += 1) {
          await begin(DEVICE, cred('md5', md5Digest(SECRET.user, 'guess', NONCE)));
        }
        const proof = cred('md5', md5Digest(SECRET.user, SECRET.password, NONCE));
        check.equal(await begin(DEVICE, proof), 'SyncHdr 212', 'Status of the right digest');
      },
    ),
  ],
};
