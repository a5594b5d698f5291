import { once } from 'node:events';
import { createHandset, type Handset, openPhonePage } from '@grove/device';
import { note, print, style } from '../../output/index.ts';
import { UsageError } from '../../program/index.ts';
import { noteReceived, opened } from '../push-option.ts';
import type { Options } from './device.ts';
import { type FoundPhone, restored } from './find.ts';
import { readNotification } from './notification.ts';
import { bearerTeller, messageTeller, notificationTeller, tellReport } from './tell.ts';

/** @throws {UsageError} when options are given that do not go together */
export function checkPageOptions({ page, port, once, answers }: Options): void {
  if (page && once)
    throw new UsageError('--once does not go with --page: there its user decides when it calls');
  if (page && answers !== undefined)
    throw new UsageError('--answers does not go with --page: there a person answers');
  if (!page && port !== undefined) throw new UsageError('--port is that of --page');
}

/** Serves the phone as a page until it is told to end. Its user decides when it calls, or also `--every` does. */
export async function servePage(
  { phone, isKept }: FoundPhone,
  options: Options,
  signal: AbortSignal,
): Promise<void> {
  const { notification } = options;
  const given = notification === undefined ? undefined : await readNotification(notification);
  const handset = await restored(() =>
    opened(() =>
      createHandset({
        ...phone,
        push: options.push,
        log: noteReceived,
        onReport: (report) => tellReport(report, isKept, options),
        onNotification: notificationTeller(options),
        ...(options.json ? {} : { onMessage: messageTeller() }),
      }),
    ),
  );
  const page = await openPhonePage({
    handsets: [handset],
    ...(options.port === undefined ? {} : { port: options.port }),
  });
  if (options.json) print(JSON.stringify({ url: page.url }));
  else {
    print(`Phone  ${style('cyan', page.url)}`);
    note('Whoever has this address may use the phone. Ctrl-C ends it.');
  }
  const tellBearers = bearerTeller(options);
  tellBearers(handset.view.bearers);
  handset.onChange(() => tellBearers(handset.view.bearers));
  const calls =
    options.every === undefined ? undefined : setInterval(() => call(handset), options.every * 1000);
  try {
    // Its user has time to decide: nothing waits for that here, and what comes of it is told.
    if (given !== undefined)
      handset.notify(given.bytes, given.mediaType).catch((error: unknown) => note(String(error)));
    if (!signal.aborted) await once(signal, 'abort');
  } finally {
    clearInterval(calls);
    await handset.end();
    await page.close();
  }
}

/** Not while its user has put the server off. */
function call(handset: Handset): void {
  if (handset.view.waiting === 0) handset.connect();
}
