/**
 * A server asks its devices to call, an initiator pushes and cancels, the network fails at random, and the server and its
 * gateway, two processes, are killed at random. In the end all that was acknowledged has been carried and reported, nothing
 * was carried once it was cancelled, and every device of every campaign was asked to call.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from '../rig/port.testing.ts';
import { type Api, apiOf } from './kills/api.ts';
import { Mortal, printed, startNode } from './kills/child.ts';
import type { Soak } from './main.ts';
import { type Initiator, startInitiator } from './pushes/initiator.ts';
import { type Carried, startNetwork } from './pushes/network.ts';
import { between, oneOf } from './random.ts';

const GROVE = fileURLToPath(new URL('../../packages/cli/src/main.ts', import.meta.url));
const DEVICES = 50;
/** Initiators at work at the same time. */
const PUSHERS = 8;
/** Milliseconds between two deaths, and between two campaigns. */
const PEACE = [200, 4000] as const;
const CAMPAIGN = 5000;
/** How long all may take to come to its end when nothing fails any more. */
const PATIENCE = 240_000;

const numberOf = (index: number): string => `+44163296${String(index).padStart(4, '0')}`;

const soak: Soak = async ({ duration, random, say }) => {
  const folder = mkdtempSync(join(tmpdir(), 'grove-soak-'));
  const [serverPort, gatewayPort] = [await freePort(), await freePort()];
  const ppgUrl = `http://127.0.0.1:${gatewayPort}/pap`;
  const data = join(folder, 'server');
  const config = join(folder, 'gateway.json');
  const password = 'password of the clients';
  const passwordFile = join(folder, 'password');
  writeFileSync(passwordFile, password);
  const network = await startNetwork(random);
  const initiator = await startInitiator(ppgUrl, { user: 'shop', password }, () => network.carried.length);
  const serve = [
    'serve',
    '--data',
    data,
    '--port',
    `${serverPort}`,
    '--ppg-url',
    ppgUrl,
    '--ppg-user',
    'grove',
  ];
  const program = async (args: readonly string[]) => {
    const child = startNode([GROVE, ...args, '--json', '--log-level', 'silent'], 'pipe');
    await printed(child, /^\}/m);
    return child;
  };
  const server = new Mortal(() =>
    program([...serve, '--ppg-password-file', passwordFile, '--call-within', '600']),
  );
  const gateway = new Mortal(() => program(['gateway', 'run', config, '--data', join(folder, 'gateway')]));
  try {
    await server.start();
    const { user, password: own } = JSON.parse(readFileSync(join(data, 'push-results.json'), 'utf8'));
    const retry = { first: 1, longest: 2, attempts: 1000 };
    writeFileSync(
      config,
      JSON.stringify({
        listen: { port: gatewayPort },
        clients: [
          { name: 'grove', password, notify: { user, password: own } },
          { name: 'shop', password },
        ],
        bearers: [{ kind: 'webhook', url: network.url, retry }],
      }),
    );
    await gateway.start();
    const api = apiOf(`http://127.0.0.1:${serverPort}`, () =>
      readFileSync(join(data, 'token'), 'utf8').trim(),
    );
    await api.post('/devices/bulk', {
      devices: Array.from({ length: DEVICES }, (_, index) => ({
        devId: `IMEI:${index}`,
        account: {
          client: { auth: 'md5', user: 'phone', password },
          server: { auth: 'md5', user: 'grove', password },
        },
        addresses: { msisdn: numberOf(index) },
      })),
    });

    const end = performance.now() + duration;
    const stopping = new AbortController();
    const goesOn = (): boolean => !stopping.signal.aborted && performance.now() < end;
    let campaigns = 0;
    const campaign = async (): Promise<void> => {
      while (goesOn()) {
        const name = `campaign ${++campaigns}`;
        await api.post('/campaigns', { name, steps: [{ kind: 'get', uri: './DevInfo/Man' }], notify: {} });
        await sleep(CAMPAIGN);
      }
    };
    const push = async (): Promise<void> => {
      while (goesOn()) await initiator.push(random);
    };
    const killThem = async (): Promise<void> => {
      while (goesOn()) {
        await sleep(between(random, ...PEACE));
        const victims = oneOf(random, [[server], [gateway], [server, gateway]]);
        for (const victim of victims) await victim.kill();
        for (const victim of victims) await victim.start();
      }
    };
    const work = [campaign(), killThem(), ...Array.from({ length: PUSHERS }, push)];
    for (const each of work) each.catch(() => stopping.abort());
    for (const result of await Promise.allSettled(work))
      if (result.status === 'rejected') throw result.reason;
    say(`${initiator.submitted.size} pushes, ${campaigns} campaigns on ${DEVICES} devices`);
    say(`the server was killed ${server.deaths} times, the gateway ${gateway.deaths} times`);

    network.mend();
    await until(() => whatIsLeft(initiator, network.carried));
    await until(() => whoIsLeft(api));
    const missed = cancelledAndCarried(initiator, network.carried);
    if (missed !== undefined) throw new Error(missed);
    const cancelled = [...initiator.submitted.values()].filter(
      ({ cancelledAt }) => cancelledAt !== undefined,
    );
    say(
      `${network.carried.length} attempts; ${cancelled.length} pushes were cancelled, and none of them carried after`,
    );
  } finally {
    await gateway.kill();
    await server.kill();
    initiator.close();
    network.close();
    rmSync(folder, { recursive: true, force: true });
  }
};

/** Waits until nothing is left. */
async function until(left: () => Promise<string | undefined> | string | undefined): Promise<void> {
  const limit = performance.now() + PATIENCE;
  for (let what = await left(); what !== undefined; what = await left()) {
    if (performance.now() > limit) throw new Error(what);
    await sleep(500);
  }
}

/** What was acknowledged and has neither been carried nor cancelled, or of which nothing was reported. */
function whatIsLeft({ submitted }: Initiator, carried: readonly Carried[]): string | undefined {
  const taken = new Set(carried.filter((each) => each.taken).map(({ body }) => body));
  for (const { id, cancelledAt, result } of submitted.values()) {
    if (cancelledAt === undefined && !taken.has(id)) return `push ${id} was acknowledged and never carried`;
    const expected = cancelledAt === undefined ? 'delivered' : 'cancelled';
    if (result !== expected) return `push ${id} is ${expected}, and was reported as ${result ?? 'nothing'}`;
  }
  return undefined;
}

/** A notification that has not reached its device. */
async function whoIsLeft(api: Api): Promise<string | undefined> {
  for (const state of ['queued', 'submitted', 'sent', 'failed', 'expired']) {
    const { items } = await api.get<{ items: { id: number }[] }>(`/notifications?state=${state}&limit=1`);
    const [first] = items;
    if (first !== undefined) return `notification ${first.id} is ${state}`;
  }
  return undefined;
}

function cancelledAndCarried({ submitted }: Initiator, carried: readonly Carried[]): string | undefined {
  const found = carried.find(
    ({ body }, at) => at >= (submitted.get(body)?.cancelledAt ?? Number.POSITIVE_INFINITY),
  );
  return found && `push ${found.body} was cancelled, and carried after that`;
}

export default soak;
