// Phones in a process of their own, which may be killed at any moment: they keep themselves in files, go on with
// the session that was cut short, and hold one after the other.

import { setTimeout as sleep } from 'node:timers/promises';
import { createHttpTransport, createPhone, fileStore, fleetAccount, fleetDmAcc } from '@grove/device';
import { FLEET } from './fleet.ts';

const [address = '', directory = '', phones = ''] = process.argv.slice(2);
const store = fileStore({ directory });
const transport = createHttpTransport();

async function live(index: number): Promise<never> {
  const account = fleetAccount(index, FLEET);
  const phone = await createPhone({
    devId: account.devId,
    account: fleetDmAcc(account, address),
    transport,
    store,
    encoding: index % 2 === 0 ? 'wbxml' : 'xml',
  });
  for (;;) {
    const report = (await phone.resume()) ?? (await phone.session());
    if (report.outcome.kind === 'refused' || report.outcome.kind === 'distrusted') {
      throw new Error(`${account.devId}: ${report.outcome.kind}: ${report.outcome.text}`);
    }
    if (report.outcome.kind === 'failed') await sleep(50);
  }
}

await Promise.all(Array.from({ length: Number(phones) }, (_, index) => live(index)));
