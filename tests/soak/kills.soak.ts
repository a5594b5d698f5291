/**
 * Both ends are killed at random, again and again, while there is work for every phone. In the end each task has
 * come to its end, and what the server believes of each phone's tree is what the phone has on disk.
 */

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import {
  type ContentStore,
  createHttpTransport,
  createPhone,
  fileStore,
  fleetAccount,
  fleetDmAcc,
} from '@grove/device';
import { DEVICE, isStored, type StoredValue } from '@grove/protocol';
import { freePort } from '../rig/port.testing.ts';
import { type Api, apiOf } from './kills/api.ts';
import { Mortal, printed, startNode } from './kills/child.ts';
import { FLEET } from './kills/fleet.ts';
import { someWork } from './kills/work.ts';
import type { Soak } from './main.ts';
import { between, oneOf } from './random.ts';

const PHONES = 16;
const PHONES_PROGRAM = fileURLToPath(new URL('./kills/phones.ts', import.meta.url));
const GROVE = fileURLToPath(new URL('../../packages/cli/src/main.ts', import.meta.url));
/** Milliseconds between two deaths. */
const PEACE = [50, 2500] as const;
/** Tasks that wait for one phone at most. */
const QUEUE = 5;
/** How long all work may take to end when nobody is killed any more. */
const PATIENCE = 120_000;

interface Node {
  readonly uri: string;
  readonly format: string;
  readonly value: string | null;
}

const soak: Soak = async ({ duration, random, say }) => {
  const folder = mkdtempSync(join(tmpdir(), 'grove-soak-'));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const data = join(folder, 'server');
  const phones = join(folder, 'phones');
  const server = new Mortal(async () => {
    const child = startNode([GROVE, 'serve', '--data', data, '--port', String(port), '--json'], 'pipe');
    await printed(child, /^\}/m);
    return child;
  });
  const clients = new Mortal(async () =>
    startNode([PHONES_PROGRAM, `${url}/dm`, phones, String(PHONES)], 'ignore'),
  );
  try {
    await server.start();
    const api = apiOf(url, () => readFileSync(join(data, 'token'), 'utf8').trim());
    const accounts = Array.from({ length: PHONES }, (_, index) => fleetAccount(index, FLEET));
    const { ids } = await api.post<{ ids: number[] }>('/devices/bulk', {
      devices: accounts.map(({ devId, serverID, client: c, server: s }) => ({
        devId,
        account: {
          serverId: serverID,
          client: { auth: c.auth, user: c.user, password: c.password, nonce: c.nonce },
          server: { auth: s.auth, user: s.user, password: s.password, nonce: s.nonce },
        },
      })),
    });
    await clients.start();

    const end = performance.now() + duration;
    let failed = false;
    const goesOn = (): boolean => !failed && performance.now() < end;
    let tasks = 0;
    const giveWork = async (): Promise<void> => {
      while (goesOn()) {
        const { items } = await api.get<{ items: unknown[] }>('/tasks?state=pending&limit=100');
        if (items.length >= PHONES * QUEUE) {
          await sleep(100);
          continue;
        }
        await api.post(`/devices/${oneOf(random, ids)}/tasks`, { steps: someWork(random) });
        tasks += 1;
      }
    };
    const killThem = async (): Promise<void> => {
      while (goesOn()) {
        await sleep(between(random, ...PEACE));
        const victims = oneOf(random, [[server], [clients], [server, clients]]);
        for (const victim of victims) await victim.kill();
        for (const victim of victims) await victim.start();
      }
    };
    const both = [giveWork(), killThem()].map((work) =>
      work.catch((error: unknown) => {
        failed = true;
        throw error;
      }),
    );
    const results = await Promise.allSettled(both);
    for (const result of results) if (result.status === 'rejected') throw result.reason;
    say(`${tasks} tasks; the server was killed ${server.deaths} times, the phones ${clients.deaths} times`);

    await allEnded(api);
    await clients.kill();
    for (const [index, id] of ids.entries()) {
      await compare(api, id, await phoneNodes(phones, index), accounts[index]?.devId ?? '');
    }
    const { items: failures } = await api.get<{ items: { reason: string }[] }>(
      '/tasks?state=failed&limit=100',
    );
    say(
      `the trees of ${PHONES} phones are as the server knows them; of the last failures: ${failures[0]?.reason ?? 'none'}`,
    );
  } finally {
    await clients.kill();
    await server.kill();
    rmSync(folder, { recursive: true, force: true });
  }
};

async function allEnded(api: Api): Promise<void> {
  const limit = performance.now() + PATIENCE;
  for (const state of ['pending', 'running']) {
    for (;;) {
      const { items } = await api.get<{ items: { id: number }[] }>(`/tasks?state=${state}&limit=100`);
      if (items.length === 0) break;
      if (performance.now() > limit) throw new Error(`task ${items[0]?.id} is still ${state}`);
      await sleep(200);
    }
  }
}

/** What a phone has on disk below its MMS settings. */
async function phoneNodes(directory: string, index: number): Promise<Map<string, Node>> {
  const account = fleetAccount(index, FLEET);
  const transport = createHttpTransport();
  const store = fileStore({ directory });
  const contents = store.contents(account.devId);
  const phone = await createPhone({
    devId: account.devId,
    account: fleetDmAcc(account, 'http://127.0.0.1/'),
    transport,
    store,
  });
  await transport.close();
  const nodes = new Map<string, Node>();
  for (const { uri, format, data, children } of phone.tree.list('./MMS', DEVICE)) {
    const held = data !== undefined && isStored(data) ? await textOf(contents, data) : data;
    const value = children === undefined ? held : children.join('/');
    if (typeof value !== 'string') throw new Error(`${uri} holds no text`);
    nodes.set(uri, { uri, format, value });
  }
  return nodes;
}

/** A value that a phone keeps beside its tree. */
async function textOf(contents: ContentStore, { stored, size }: StoredValue): Promise<string> {
  return new TextDecoder().decode(await contents.read(stored, 0, size));
}

/** What the server knows has to be so, and what it has made it has to know. */
async function compare(api: Api, id: number, has: Map<string, Node>, devId: string): Promise<void> {
  const known = new Map<string, Node>();
  for (let after = ''; ; ) {
    const { items, next } = await api.get<{ items: Node[]; next: string | null }>(
      `/devices/${id}/nodes?under=./MMS&limit=100${after}`,
    );
    for (const node of items) known.set(node.uri, node);
    if (next === null) break;
    after = `&after=${encodeURIComponent(next)}`;
  }
  for (const node of known.values()) {
    const there = has.get(node.uri);
    if (there === undefined) throw new Error(`${devId}: the server knows of ${node.uri}, which is not there`);
    if (there.format !== 'node' && there.value !== node.value) {
      throw new Error(`${devId}: ${node.uri} is ${show(there.value)}, for the server ${show(node.value)}`);
    }
  }
  for (const { uri, format, value } of has.values()) {
    const isOfServers = /^\.\/MMS\/S\d\//.test(uri) && format !== 'node';
    if (isOfServers && !known.has(uri))
      throw new Error(`${devId}: ${uri} is ${show(value)}, unknown to the server`);
  }
}

function show(value: string | null): string {
  return JSON.stringify(value === null || value.length < 60 ? value : `${value.slice(0, 60)}…`);
}

export default soak;
