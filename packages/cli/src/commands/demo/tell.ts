import { counted, formatBytes, formatDuration, printable, style } from '../../output/index.ts';
import { REASON, type Result } from './play.ts';
import { NEW_SETTINGS } from './settings.ts';
import type { Stage, StageOptions } from './stage.ts';

/** Failures that a person is shown. */
const SHOWN = 10;

/** What is there before the campaign. */
export function opening({ url, tlsUrl, isReached, registered }: Stage): string[] {
  return [
    `A Grove server runs at ${style('bold', url)}, and ${counted(registered.length, 'phone')} with it.`,
    ...(tlsUrl === undefined ? [] : [`They talk to it at ${tlsUrl}, each with a certificate of its own.`]),
    ...(isReached
      ? [
          'Their MMS settings are of another day. A campaign brings them the new ones: each phone is asked to call by SMS,',
          `and tells its user why: “${REASON.text} ${REASON.consequence}”`,
        ]
      : ['Their MMS settings are of another day. A campaign brings them the new ones, as each phone calls:']),
  ];
}

/** What came of the campaign, for a person. */
export function story(result: Result): string[] {
  const { devices, succeeded, failed, sessions, messages, bytes, seconds, failures, asked } = result;
  const good = `${succeeded} of ${counted(devices, 'phone')} have ${NEW_SETTINGS.addr} in their own tree on the disk.`;
  return [
    style(failed === 0 ? 'green' : 'red', good),
    style(
      'dim',
      `${counted(sessions, 'session')}, ${counted(messages, 'message')}, ${formatBytes(bytes)}, ${formatDuration(seconds * 1000)}`,
    ),
    ...failures.slice(0, SHOWN).map(({ devId, reason }) => `${printable(devId)}: ${printable(reason)}`),
    ...(failures.length > SHOWN ? [`… and ${failures.length - SHOWN} more`] : []),
    ...(asked.length === 0 ? [] : ['', 'How the first of them was asked to call:']),
    ...asked.map(({ at, text }) => `  ${style('dim', at.slice(11, 23))}  ${printable(text)}`),
  ];
}

/** What came of the campaign, for a machine. */
export function summary(
  { campaign: _, asked: __, ...result }: Result,
  { encoding, auth, db }: StageOptions,
): object {
  return { ...result, encoding, auth, database: db?.startsWith('postgres') ? 'postgres' : 'sqlite' };
}

/** How to look at what there is now. */
export function whatToTry(stage: Stage, { campaign }: Result): string[] {
  const { url, dataFolder, tokenFile, registered, phones, isReached } = stage;
  const set = process.platform === 'win32' ? 'set' : 'export';
  const devId = registered.at(-1)?.devId ?? '';
  const onPage = phones.handsets.length;
  return [
    ...(phones.pageUrl === undefined
      ? []
      : [
          `${counted(onPage, 'more phone')} ${onPage === 1 ? 'is' : 'are'} yours, and ${onPage === 1 ? 'waits' : 'wait'} for you to accept or refuse: ${style('bold', phones.pageUrl)}`,
          '',
        ]),
    'Everything stays until Ctrl-C, and each phone calls about twice a minute. In another terminal:',
    '',
    `  ${set} GROVE_SERVER=${url}`,
    `  ${set} GROVE_DATA=${dataFolder}`,
    '  npx grove devices ls',
    `  npx grove devices tree ${devId}`,
    `  npx grove campaigns show ${campaign}`,
    ...(isReached
      ? [`  npx grove notifications ls --campaign ${campaign}`, '  npx grove events --follow']
      : []),
    '  npx grove sessions ls',
    '  npx grove sessions show 1',
    `  npx grove tasks create ${devId} --get ./DevDetail/SwV --replace ./MMS/Operator/Name=Holiday --wait`,
    '',
    `The API is at ${url}/api/v1, described by ${url}/api/v1/openapi.json; its token is in ${tokenFile}.`,
  ];
}
