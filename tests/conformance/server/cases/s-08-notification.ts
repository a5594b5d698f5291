import { createHash } from 'node:crypto';
import { buildPush, type Submission } from '@grove/push';
import { chal, cred, HandDevice, md5Digest, packageOne } from '../../../rig/device.testing.ts';
import { startGateway, type TestGateway } from '../../../rig/gateway.testing.ts';
import { type Rig, startRig } from '../../../rig/rig.testing.ts';
import type { Check } from '../../framework/index.ts';
import { type ServerCase, type ServerGroup, watched } from '../stand.ts';

const PACKAGE_0 = 'DM_Notification 1.2.1, Package #0';
const RESYNC = 'DM_Notification 1.2.1, nonce resynchronisation';
const DEVICE = 'IMEI:conformance-notified';
const NUMBER = '+441632960001';
const SERVER = { user: 'grove', password: 'the password of the server' };
const PHONE = { user: 'phone', password: 'the password of the phone' };
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const NONCES = { client: base64('what the phone uses next'), server: base64('what the server uses next') };
/** 0x00000000, as most have taken it. */
const ZERO = Buffer.alloc(4).toString('base64');
const MINUTE = 60_000;

interface NotifyingStand {
  readonly rig: Rig;
  readonly gateway: TestGateway;
  readonly device: HandDevice;
  /** Asks the device to call, for nothing in particular. @returns the notification's id */
  notify(wish?: object): Promise<number>;
  /** Lets so much time pass for the server. */
  wait(milliseconds: number): void;
}

/** A server of its own, with a gateway that takes its pushes and a device that has an address. */
function notifyingCase(
  { publicUrl, ...listed }: Pick<ServerCase, 'id' | 'title' | 'rule'> & { readonly publicUrl?: string },
  run: (stand: NotifyingStand, check: Check) => Promise<void>,
): ServerCase {
  return {
    ...listed,
    async run({ encoding }, check) {
      let ahead = 0;
      const gateway = await startGateway();
      const own = await startRig({
        db: 'sqlite::memory:',
        publicUrl,
        now: () => Date.now() + ahead,
        push: {
          ppgUrl: gateway.url,
          credentials: gateway.credentials,
          interval: 20,
          policy: { callWithin: 60 },
        },
      });
      try {
        const rig = watched(own);
        await rig.api('POST', '/devices', {
          devId: DEVICE,
          account: {
            client: { auth: 'md5', ...PHONE, nonce: NONCES.client },
            server: { auth: 'md5', ...SERVER, nonce: NONCES.server },
          },
          addresses: { msisdn: NUMBER },
        });
        const notify: NotifyingStand['notify'] = async (wish = {}) => {
          const { id } = await rig.api<{ id: number }>('POST', `/devices/${DEVICE}/notifications`, wish);
          return id;
        };
        const wait = (milliseconds: number): void => {
          ahead += milliseconds;
        };
        await run({ rig, gateway, device: new HandDevice(rig, DEVICE, encoding), notify, wait }, check);
      } finally {
        await own.close();
        await gateway.close();
      }
    },
  };
}

const md5 = (...parts: (string | Uint8Array)[]): Buffer => {
  const hash = createHash('md5');
  for (const part of parts) hash.update(part);
  return hash.digest();
};

/** The digest as the standard has it, made here by hand. */
function digestOf(trigger: Uint8Array, nonce: string): string {
  const secret = md5(`${SERVER.user}:${SERVER.password}`).toString('base64');
  const text = md5(trigger).toString('base64');
  return md5(secret, ':', Buffer.from(nonce, 'base64'), ':', text).toString('hex');
}

function bodyOf({ content }: Submission): Buffer {
  return Buffer.from(content.body);
}

/** The SessionID that a notification names, as messages have it. */
function sessionOf(push: Submission): string {
  return bodyOf(push).readUInt16BE(21).toString(16).toUpperCase();
}

const byMd5 = (nonce: string): string => cred('md5', md5Digest(PHONE.user, PHONE.password, nonce));
const serverProof = (nonce: string): string => md5Digest(SERVER.user, SERVER.password, nonce);

/** Lets the time pass until the notification with the resynchronisation nonce is pushed. */
async function resyncPush({ gateway, notify, wait, rig }: NotifyingStand): Promise<Submission> {
  const before = gateway.pushes.length;
  const id = await notify();
  await gateway.pushed(before + 1);
  // The gateway's answer has to be stored before the time passes.
  while ((await rig.api<{ state: string }>('GET', `/notifications/${id}`)).state === 'queued');
  wait(2 * MINUTE);
  return gateway.pushed(before + 2);
}

/** A session that a notification has asked for. */
function notified(devId: string, model?: string): string {
  return packageOne(devId, model).replace('<Data>1201</Data>', '<Data>1200</Data>');
}

export const NOTIFICATION: ServerGroup = {
  id: 'S-08',
  title: 'Notification',
  cases: [
    notifyingCase(
      {
        id: 'S-08.1',
        title: 'Package #0 has the digest of the server, and its WSP headers in the demanded order',
        rule: 'DM_Notification 1.2.1',
      },
      async ({ gateway, notify }, check) => {
        await notify();
        const push = await gateway.pushed(1);
        const body = bodyOf(push);
        check.equal(
          body.toString('hex', 0, 16),
          digestOf(body.subarray(16), NONCES.server),
          'the digest over the trigger, with the password and the nonce of the server',
        );
        const pdu = Buffer.from(buildPush(push.content, 1));
        check.equal(pdu.toString('hex', 1, 6), '0603c4af87', 'PDU type, length of headers, and headers');
        check.that(pdu.subarray(6).equals(body), 'the notification follows the headers');
      },
    ),
    notifyingCase(
      {
        id: 'S-08.2',
        title: 'The trigger says version 1.1, ui-mode, initiator, SessionID and ServerID, and nothing else',
        rule: `${PACKAGE_0}, trigger`,
      },
      async ({ gateway, notify }, check) => {
        await notify({ uiMode: 'informative', initiator: 'server' });
        const trigger = bodyOf(await gateway.pushed(1)).subarray(16);
        check.equal(
          trigger.toString('hex', 0, 5),
          '02e8000000',
          'version, ui-mode, initiator and future use',
        );
        check.that(trigger.readUInt16BE(5) > 0, 'the SessionID is not 0');
        check.equal(trigger[7], 5, 'length of the ServerID');
        check.equal(trigger.toString('latin1', 8), 'grove', 'what follows the length');
      },
    ),
    notifyingCase(
      {
        id: 'S-08.3',
        title: 'A trigger that is repeated has the same SessionID, and those of other sessions have others',
        rule: `${PACKAGE_0}, sessionid`,
      },
      async (stand, check) => {
        const repeated = sessionOf(await resyncPush(stand));
        check.equal(repeated, sessionOf(await stand.gateway.pushed(1)), 'SessionID of the second push');
        await stand.notify();
        const another = sessionOf(await stand.gateway.pushed(3));
        check.that(another !== repeated, 'another notification names another session');
      },
    ),
    notifyingCase(
      {
        id: 'S-08.4',
        title: 'A notification does not use the nonce up: the session is held with the same',
        rule: `${PACKAGE_0}, digest`,
      },
      async ({ gateway, notify, device, rig }, check) => {
        const id = await notify();
        const push = await gateway.pushed(1);
        const said = await device
          .begin(sessionOf(push))
          .say(notified(DEVICE), { more: byMd5(NONCES.client) });
        check.equal(said.statuses[0], 'SyncHdr 212', 'Status of the client');
        check.equal(said.message.header.cred?.data, serverProof(NONCES.server), "the server's Cred");
        const { state } = await rig.api<{ state: string }>('GET', `/notifications/${id}`);
        check.equal(state, 'opened', 'state of the notification');
      },
    ),
    notifyingCase(
      {
        id: 'S-08.5',
        title:
          'After a notification made with 0x00000000 the session begins with it, and both get fresh nonces',
        rule: RESYNC,
      },
      async (stand, check) => {
        const push = await resyncPush(stand);
        const body = bodyOf(push);
        check.equal(body.toString('hex', 0, 16), digestOf(body.subarray(16), ZERO), 'the digest');
        const { device } = stand;
        const first = await device.begin(sessionOf(push)).say(notified(DEVICE), { more: byMd5(ZERO) });
        check.equal(first.statuses[0], 'SyncHdr 212', 'Status of the client');
        check.equal(first.message.header.cred?.data, serverProof(ZERO), "the server's Cred");
        const fresh = check.found(first.nonce, 'the nonce for the next session of the client');
        check.that(![ZERO, NONCES.client].includes(fresh), 'the nonce is a fresh one');
        const given = base64('a fresh one for the server');
        await device.say(
          `<Status><CmdID>1</CmdID><MsgRef>1</MsgRef><CmdRef>0</CmdRef><Cmd>SyncHdr</Cmd>${chal('md5', given)}<Data>212</Data></Status><Final/>`,
        );
        const next = await device.begin('2').say(packageOne(DEVICE), { more: byMd5(fresh) });
        check.equal(next.statuses[0], 'SyncHdr 212', 'Status of the client in its next session');
        check.equal(next.message.header.cred?.data, serverProof(given), "the server's Cred there");
      },
    ),
    notifyingCase(
      {
        id: 'S-08.6',
        title: '0x00000000 proves nobody before it is asked for, in another session, or a second time',
        rule: RESYNC,
        publicUrl: 'https://dm.example.com/dm',
      },
      async (stand, check) => {
        const { device, gateway } = stand;
        let sessions = 0;
        // No two are the same: one that is sent again gets the answer of before.
        const begin = async (sessionID: string) => {
          sessions += 1;
          const said = await device
            .begin(sessionID)
            .say(notified(DEVICE, `Model ${sessions}`), { more: byMd5(ZERO) });
          return said.statuses[0];
        };
        check.equal(await begin('1'), 'SyncHdr 401', 'without a notification');
        const resync = resyncPush(stand);
        const usual = sessionOf(await gateway.pushed(1));
        check.equal(await begin(usual), 'SyncHdr 401', 'with one that was made with another nonce');
        const asked = sessionOf(await resync);
        check.equal(await begin('2'), 'SyncHdr 401', 'in a session that it does not ask for');
        check.equal(await begin(asked), 'SyncHdr 212', 'in the one that it asks for');
        check.equal(await begin(asked), 'SyncHdr 401', 'in the same a second time');
      },
    ),
    notifyingCase(
      {
        id: 'S-08.7',
        title:
          'Where others may listen, 0x00000000 is shown once for each password; then the device is challenged',
        rule: `${RESYNC} (a digest over it is always the same, so that whoever has heard it could repeat it)`,
      },
      async (stand, check) => {
        const { device } = stand;
        const first = sessionOf(await resyncPush(stand));
        const begun = await device.begin(first).say(notified(DEVICE), { more: byMd5(ZERO) });
        check.equal(begun.statuses[0], 'SyncHdr 212', 'the first time');
        const second = sessionOf(await resyncPush(stand));
        const challenged = await device.begin(second).say(notified(DEVICE), { more: byMd5(ZERO) });
        check.equal(challenged.statuses[0], 'SyncHdr 401', 'the second time');
        check.that(challenged.message.header.cred?.data !== serverProof(ZERO), 'nor does the server use it');
        const nonce = check.found(challenged.nonce, 'the nonce of the challenge');
        const proven = await device.say(notified(DEVICE), { more: byMd5(nonce) });
        check.equal(proven.statuses[0], 'SyncHdr 212', 'by the nonce of the challenge');
      },
    ),
  ],
};
