/**
 * A fleet of a million devices with 60 known nodes each, in one process on SQLite: how long it loads, how large it is, how
 * long its owner waits for answers, and whether sessions go as fast as in a small campaign. `--devices N` takes a smaller one.
 */
import type { Bench } from './main.ts';
import { serve, timed } from './scale/api.ts';
import { measureCampaigns } from './scale/campaigns.ts';
import { NODES } from './scale/fleet.ts';
import { judging } from './scale/limits.ts';
import { databaseBytes, largestParts, loadDevices, loadSubscribers } from './scale/load.ts';
import { measureQueries } from './scale/queries.ts';
import { stopped } from './session/process.ts';

const MEGABYTE = 1024 * 1024;
const KILOBYTE = 1024;

const run: Bench = async (report, options) => {
  const devices = Number(options.get('devices') ?? 1_000_000);
  if (!Number.isSafeInteger(devices) || devices < 10_000)
    throw new Error('--devices takes a number from 10000 on');
  const judge = judging(report);
  const fleet = `${devices.toLocaleString('en')} devices`;
  const served = await serve();
  try {
    const subscribers = await timed(() => loadSubscribers(served, devices));
    console.error(`${fleet}: their subscribers took ${subscribers.seconds.toFixed(0)} s`);
    const loading = await timed(() =>
      loadDevices(served, devices, (loaded) => {
        if (loaded % 50_000 === 0) console.error(`${loaded.toLocaleString('en')} devices …`);
      }),
    );
    judge(`${fleet} with ${NODES} nodes: load`, loading.seconds / 60, (10 * devices) / 1e6, 'min');
    const bytes = databaseBytes(served);
    judge(`${fleet}: database of each`, bytes / devices / KILOBYTE, 4, 'KiB');
    for (const part of largestParts(served))
      console.error(`  ${(part.bytes / devices).toFixed(0).padStart(5)} bytes  ${part.name}`);
    const { memory, peak, held } = await served.vitals();
    judge(`${fleet}: memory while loading at the most`, peak / MEGABYTE, 512, 'MB');
    console.error(
      `memory is ${(memory / MEGABYTE).toFixed(0)} MB without garbage; the thread was held for ${held.toFixed(0)} ms at the most`,
    );
    await measureQueries(served, devices, judge);
    await measureCampaigns(served, devices, judge);
  } finally {
    await stopped(served.child);
  }
};

export default run;
