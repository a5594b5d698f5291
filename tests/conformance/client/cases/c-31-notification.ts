import { md5Proof } from '../proof.ts';
import type { ClientGroup } from '../stand.ts';

const LAYOUT = 'DM_Notification 1.2.1, Package #0';
const DIGEST = 'DM_Notification 1.2.1, digest';
const RESYNC = 'DM_Notification 1.2.1, nonce resynchronisation';
const UI_MODE = 'DM_Notification 1.2.1, ui-mode';
const SESSION = 'DM_Notification 1.2.1, sessionid';

/** The resynchronisation nonce, in the two forms that implementers have given it. */
const ZEROS = Buffer.from([0, 0, 0, 0]).toString('base64');
const ZERO_TEXT = Buffer.from('0x00000000').toString('base64');
const WRONG = Buffer.from('another').toString('base64');

export const NOTIFICATION: ClientGroup = {
  id: 'C-31',
  title: 'Notification',
  cases: [
    {
      id: 'C-31.1',
      title: 'A notification with the right digest begins a session, one with a wrong digest none',
      rule: DIGEST,
      async run({ notify }, check) {
        const forged = await notify({ password: 'guess', sessionID: 1 });
        check.equal(forged, undefined, 'session for a notification made with another password');
        const stale = await notify({ nonce: WRONG, sessionID: 2 });
        check.equal(stale, undefined, 'session for a notification made with another nonce');
        const dialogue = check.found(await notify({ sessionID: 3 }), 'session for a good notification');
        check.equal(dialogue.last.header.sessionID, '3', 'SessionID');
        await dialogue.end();
      },
    },
    {
      id: 'C-31.2',
      title: 'The session that a notification asks for begins with Alert 1200',
      rule: 'DM_Protocol 1.2.1, 8.3 Package 1',
      async run({ notify }, check) {
        const dialogue = check.found(await notify(), 'session');
        const alerts = dialogue.last.commands.flatMap((each) => (each.name === 'Alert' ? [each.code] : []));
        check.equal(alerts, [1200], 'alerts of package 1');
        await dialogue.end();
      },
    },
    {
      id: 'C-31.3',
      title: 'A notification made with nonce 0x00000000 begins a session whose first Cred is made with it',
      rule: RESYNC,
      async run({ notify }, check) {
        for (const [index, nonce] of [ZEROS, ZERO_TEXT].entries()) {
          const dialogue = check.found(await notify({ nonce, sessionID: index + 1 }), 'session');
          const { client } = dialogue.account;
          check.equal(dialogue.last.header.cred?.data, md5Proof(client, nonce), 'Cred of package 1');
          client.nonce = nonce;
          dialogue.account.server.nonce = nonce;
          await dialogue.end();
        }
      },
    },
    {
      id: 'C-31.4',
      title: 'A notification of a server that the client has no account with is ignored',
      rule: 'DM_Notification 1.2.1, server-identifier',
      async run({ notify }, check) {
        check.equal(await notify({ serverID: 'com.example.nobody' }), undefined, 'session');
        check.equal(await notify({ serverID: '' }), undefined, 'session for an empty ServerID');
      },
    },
    {
      id: 'C-31.5',
      title: 'A notification of a version that the client does not know is ignored',
      rule: LAYOUT,
      async run({ notify }, check) {
        check.equal(await notify({ version: 20 }), undefined, 'session');
      },
    },
    {
      id: 'C-31.6',
      title: "A vendor's part that the client does not know, and bits for future use, change nothing",
      rule: LAYOUT,
      async run({ notify }, check) {
        const body = Buffer.from('something of a vendor');
        const dialogue = check.found(await notify({ body, futureUse: 0x5a5a }), 'session');
        await dialogue.end();
      },
    },
    {
      id: 'C-31.7',
      title: 'Notifications that are repeated for one session begin only one',
      rule: SESSION,
      async run({ notify }, check) {
        const again = { sessionID: 0x77 };
        const dialogue = check.found(await notify(again), 'session');
        await dialogue.end();
        check.equal(await notify(again), undefined, 'second session, once the nonce has changed');
        const zero = { nonce: ZEROS, sessionID: 0x78 };
        const other = check.found(await notify(zero), 'session by the resynchronisation nonce');
        other.account.client.nonce = ZEROS;
        other.account.server.nonce = ZEROS;
        await other.end();
        check.equal(await notify(zero), undefined, 'session for the same bytes played again');
      },
    },
    {
      id: 'C-31.8',
      title: 'In the background nobody is asked; with user interaction, who refuses gets no session',
      rule: UI_MODE,
      async run({ notify }, check) {
        const refuses = { user: [{ act: 'reject' }, { act: 'accept' }] } as const;
        const silent = check.found(await notify({ uiMode: 1, sessionID: 1 }, refuses), 'background session');
        await silent.end();
        check.equal(await notify({ uiMode: 3, sessionID: 2 }, refuses), undefined, 'session that is refused');
        const dialogue = check.found(await notify({ uiMode: 3, sessionID: 3 }, refuses), 'accepted session');
        await dialogue.end();
      },
    },
    {
      id: 'C-31.9',
      title: 'An informative notification begins its session whatever the user does',
      rule: UI_MODE,
      async run({ notify }, check) {
        const told = { user: [{ act: 'cancel' }] } as const;
        const dialogue = check.found(await notify({ uiMode: 2 }, told), 'session');
        await dialogue.end();
      },
    },
  ],
};
