import { type Command, Option } from 'commander';
import { type Api, type Notification, segment } from '../../api/index.ts';
import { note, printable } from '../../output/index.ts';
import { Exit, integer } from '../../program/index.ts';
import { defineCall } from '../call.ts';
import { tail } from '../tail.ts';
import { addWishOptions, type WishOptions, wishFrom } from '../wish-options.ts';
import { formatNotification, formatStep } from './format.ts';

interface Options extends WishOptions {
  /** True without a number. */
  readonly wait?: number | true;
}

/** Seconds that `--wait` waits where it is not told how long. */
const WAIT = 60;
/** Events of one notification that are looked back at: it has only just been made. */
const SINCE = 100;

const ENDS: Readonly<Record<string, Exit>> = {
  opened: Exit.ok,
  refused: Exit.failed,
  expired: Exit.failed,
  failed: Exit.failed,
  cancelled: Exit.failed,
};

export function defineSend(parent: Command): void {
  defineCall<Options>(parent, {
    usage: 'send <device>',
    summary: 'ask a device to call',
    examples: [
      'grove notifications send IMEI:490154203237518 --wait',
      'grove notifications send +441632960001 --reason mms-settings --value day=Monday --bearers sms sip',
      'grove notifications send 7 --ui-mode informative --text "New settings are on their way" --wait 300',
    ],
    remarks: [
      'With --wait its life is told as it goes, on standard error; the exit code is 0 when the device has called, 1 when',
      'it will not, 3 when the time was over. A device with work to do is asked by --notify of grove tasks and grove campaigns.',
    ].join('\n'),
    options(command) {
      addWishOptions(command).addOption(
        new Option(
          '--wait [seconds]',
          `wait until it has called, ${WAIT} seconds if not told how long`,
        ).argParser(integer(1, 86_400)),
      );
    },
    async run(api, [key = ''], { wait, ...options }) {
      const made = await api.post<Notification>(`devices/${segment(key)}/notifications`, wishFrom(options));
      if (wait === undefined) {
        return {
          json: made,
          lines: () => [`Notification ${made.id} asks ${printable(made.devId)} to call.`],
        };
      }
      const isOver = await tellLife(api, made.id, wait === true ? WAIT : wait);
      const notification = await api.get<Notification>(`notifications/${made.id}`);
      if (!isOver) note(`The device has not called within ${wait === true ? WAIT : wait} seconds.`);
      return {
        json: notification,
        lines: () => formatNotification(notification),
        exit: ENDS[notification.state] ?? Exit.timeOver,
      };
    },
  });
}

/** Tells what becomes of a notification. @returns false when the time was over before its end */
async function tellLife(api: Api, id: number, seconds: number): Promise<boolean> {
  const signal = AbortSignal.timeout(seconds * 1000);
  for await (const { at, type, text } of tail(api, { notification: id }, SINCE, signal)) {
    const state = type.replace('notification.', '');
    note(formatStep(at, state, text));
    if (state in ENDS) return true;
  }
  return false;
}
