/** A virtual phone in a process of its own, which keeps itself in files and holds a session when it is told to. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createHttpTransport,
  createPhone,
  describedHandlers,
  fileStore,
  fleetDmAcc,
  HANDLERS,
} from '@grove/device';
import type { Encoding } from '@grove/protocol';
import { DESCRIPTION, devId, phoneAccount } from './account.ts';
import { type Peak, samplePeak } from './peak.ts';

const [url = '', encoding] = process.argv.slice(2) as [string, Encoding];
const directory = mkdtempSync(join(tmpdir(), 'grove-bench-phone-'));
const transport = createHttpTransport();
const phone = await createPhone({
  devId,
  account: fleetDmAcc(phoneAccount, url),
  transport,
  store: fileStore({ directory }),
  encoding,
  handlers: [...HANDLERS, ...describedHandlers({ nodes: [DESCRIPTION] })],
});

let peak: Peak | undefined;
process.on('message', async (wish) => {
  if (wish === 'sample') peak = samplePeak();
  if (wish === 'peak') process.send?.({ peak: peak?.end() ?? 0 });
  if (wish === 'sample') process.send?.({});
  if (wish !== 'session') return;
  const began = performance.now();
  const { outcome } = await phone.session();
  process.send?.({ outcome: outcome.kind, seconds: (performance.now() - began) / 1000 });
});
process.on('disconnect', async () => {
  await transport.close();
  rmSync(directory, { recursive: true });
});
process.send?.({ port: 0 });
