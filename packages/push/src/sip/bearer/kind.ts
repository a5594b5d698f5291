import type { Bearer, BearerKind, BearerMeans, Health } from '../../bearer/index.ts';
import { boundedLog } from '../../bounded-log/index.ts';
import { readTlsFiles } from '../../tls-files/index.ts';
import { coreOf, EXPIRES, KEEP_ALIVE, RETRY, Registration, UserAgent } from '../agent/index.ts';
import { parseUri, SIP_LIMITS } from '../message/index.ts';
import { SIP_TIMERS } from '../transaction/index.ts';
import { SipBearer } from './bearer.ts';
import { ContentServer } from './content-server.ts';
import { Ping } from './ping.ts';
import { SIP_SETTINGS, type SipSettings } from './settings.ts';

const PING_SECONDS = 30;

/** OTA-SIP: pushes as SIP MESSAGE through a SIP core (OMA Push over SIP; RFC 3428). */
export const SIP_BEARER: BearerKind<typeof SIP_SETTINGS> = {
  kind: 'sip',
  papNames: ['SIP'],
  settings: SIP_SETTINGS,
  open: openSipBearer,
};

/** @throws where a setting is no SIP URI, a file cannot be read, or a port cannot be had */
async function openSipBearer(settings: SipSettings, means: BearerMeans): Promise<Bearer> {
  const { identity, displayName, password, listen, indirection, t1 = SIP_TIMERS.t1 } = settings;
  const { user = '' } = parseUri(identity, 'identity');
  if (settings.phoneDomain !== undefined) parseUri(`sip:${settings.phoneDomain}`, 'phoneDomain');
  const core = coreOf(settings.proxy, 'proxy');
  const agent = await UserAgent.open(
    {
      core,
      identity: { ...(displayName !== undefined && { name: displayName }), uri: identity, parameters: [] },
      credentials:
        password === undefined
          ? undefined
          : {
              user: settings.user ?? decodeURIComponent(user),
              password,
              ...(settings.realm !== undefined && { realm: settings.realm }),
            },
      bind: listen ?? { host: '', port: 0 },
      tls: await readTlsFiles(settings.tls ?? {}),
      limits: SIP_LIMITS,
      keepAlive: KEEP_ALIVE,
      connectWithin: 64 * t1,
      timers: { ...SIP_TIMERS, t1, t2: Math.max(SIP_TIMERS.t2, t1) },
    },
    { random: means.random, log: boundedLog(means.log, means.now), handlers: {} },
  );
  const contents =
    indirection &&
    (await ContentServer.open({ publicUrl: undefined, ...indirection }, means.now).catch(
      async (error: unknown) => {
        await agent.close();
        throw error;
      },
    ));
  const says = ({ text }: Health): void => means.log(text);
  const watch = settings.register
    ? new Registration(
        agent,
        { expires: settings.expires ?? EXPIRES, parameters: [], retry: RETRY, mutual: false },
        says,
      )
    : new Ping(agent, { uri: settings.proxy, every: (settings.pingSeconds ?? PING_SECONDS) * 1000 }, says);
  void watch.start();
  return new SipBearer(settings, means, {
    agent,
    contents,
    heard: (outcome) => {
      if (watch instanceof Ping) watch.heard(outcome);
    },
    health: () => watch.state,
    stop: async () => {
      await watch.close();
      await Promise.all([agent.close(), contents?.close()]);
    },
  });
}
