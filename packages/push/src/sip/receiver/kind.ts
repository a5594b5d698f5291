import { type Receiver, ReceiverError, type ReceiverKind, type ReceiverMeans } from '../../bearer/index.ts';
import { boundedLog } from '../../bounded-log/index.ts';
import { readTlsFiles } from '../../tls-files/index.ts';
import { EXPIRES, KEEP_ALIVE, RETRY, Registration, UserAgent } from '../agent/index.ts';
import { PUSH_FEATURE } from '../content/index.ts';
import { quoted, SIP_LIMITS } from '../message/index.ts';
import { SIP_TIMERS } from '../transaction/index.ts';
import { SipReceiver } from './receiver.ts';
import { FORM, parseTerminalUrl } from './url.ts';

const LARGEST = 1_048_576;
const FETCH_WITHIN = 10_000;

/** OTA-SIP: a terminal that is registered with a SIP core (OMA Push over SIP; RFC 3261, 3428). */
export const SIP_RECEIVER: ReceiverKind = {
  bearer: 'sip',
  schemes: ['sip', 'sips'],
  form: FORM,
  open: openSipReceiver,
};

async function openSipReceiver(url: string, means: ReceiverMeans): Promise<Receiver> {
  const { identity, core, credentials, bind, t1 = SIP_TIMERS.t1, ...settings } = parseTerminalUrl(url);
  const rules = { fromAnyone: settings.fromAnyone, largest: LARGEST, fetchWithin: FETCH_WITHIN };
  const receiver = new SipReceiver(identity, rules, means);
  const agent = await opened(async () =>
    UserAgent.open(
      {
        core,
        identity: { uri: identity, parameters: [] },
        credentials,
        bind,
        tls: await readTlsFiles(settings.tls),
        limits: SIP_LIMITS,
        keepAlive: KEEP_ALIVE,
        connectWithin: 64 * t1,
        timers: { ...SIP_TIMERS, t1, t2: Math.max(SIP_TIMERS.t2, t1) },
      },
      {
        random: means.random,
        log: boundedLog(means.log, means.now),
        handlers: { MESSAGE: (incoming) => receiver.take(incoming) },
      },
    ),
  );
  const registration = new Registration(
    agent,
    {
      expires: settings.expires ?? EXPIRES,
      parameters: [
        [PUSH_FEATURE, quoted(settings.applications.join(','))],
        ['+sip.instance', quoted(`<${settings.instance ?? randomUrn(means.random(16))}>`)],
      ],
      retry: RETRY,
      mutual: settings.mutual,
    },
    ({ text }) => {
      means.log(text);
      means.onHealth();
    },
  );
  receiver.begin(agent, registration);
  return receiver;
}

/** A file that cannot be read or a port that cannot be had is mended by no waiting. */
async function opened(open: () => Promise<UserAgent>): Promise<UserAgent> {
  try {
    return await open();
  } catch (cause) {
    throw new ReceiverError(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

/** RFC 9562, 5.4, as a URN. */
function randomUrn(bytes: Uint8Array): string {
  const hex = Buffer.from(bytes).toString('hex');
  const parts = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20),
  ];
  return `urn:uuid:${parts.join('-')}`;
}
