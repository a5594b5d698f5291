import { boundedLog, type ReceivedPush, ReceiverError } from '@grove/push';
import { openReception, type ReachedBy, type Reception, type ReceptionOptions } from '../push/index.ts';

/** How the devices of a fleet are reached. */
export interface FleetPush {
  /**
   * URLs of bearers. In each, `{n}` is the number of the device and `{n:5}` the same with at least five digits; one is
   * opened for each device. One with `*` in it is opened once for all, and tells the devices apart by `number`.
   */
  readonly urls: readonly string[];
  /** Telephone number of each device: `+4416329{n:5}`. */
  readonly number?: string | undefined;
}

/** Lines of all devices' bearers in a minute: what one says, most of the others say too. */
const LINES = 10;

/** Which devices, and who takes their pushes. */
export interface Reached extends Pick<ReceptionOptions, 'log' | 'kinds'> {
  /** Number of the first one. */
  readonly first: number;
  readonly devices: number;
  readonly receive: (index: number, push: ReceivedPush) => Promise<void>;
}

/** The bearers of a fleet. */
export interface FleetReception {
  readonly bearers: readonly ReachedBy[];
  /** Where a device is reached, for whoever notifies it. */
  addressesOf(index: number): readonly Pick<ReachedBy, 'bearer' | 'address'>[];
  close(): Promise<void>;
}

/**
 * Opens the bearers of a fleet.
 *
 * @throws {ReceiverError} when one cannot be opened, or several devices would share one that cannot tell them apart.
 */
export async function openFleetReception(push: FleetPush, reached: Reached): Promise<FleetReception> {
  const { first, devices, receive, kinds } = reached;
  const log = boundedLog(reached.log ?? (() => {}), Date.now, LINES);
  const { number } = push;
  const shared: Reception[] = [];
  const own = new Map<number, Reception[]>();
  const close = async () => {
    await Promise.all([...shared, ...[...own.values()].flat()].map((each) => each.close()));
  };
  const open = (url: string, onPush: ReceptionOptions['onPush'], name: string) =>
    openReception([url], {
      onPush,
      log: (text) => log(`${name}: ${text}`),
      ...(kinds === undefined ? {} : { kinds }),
    });
  const indexes = Array.from({ length: devices }, (_, offset) => first + offset);
  const byNumber = new Map(
    number === undefined ? [] : indexes.map((index) => [digitsOf(numbered(number, index)), index]),
  );
  const dispatch = async (received: ReceivedPush): Promise<void> => {
    const index = byNumber.get(digitsOf(received.to ?? ''));
    if (index === undefined)
      log(`a push for ${received.to ?? 'nobody'} was left: no device here has this number`);
    else await receive(index, received);
  };
  try {
    if (number !== undefined && byNumber.size < devices) {
      throw new ReceiverError(
        `several devices have the number ${number}; expected {n} in it, as in +4416329{n:5}`,
      );
    }
    for (const url of push.urls) {
      if (url.includes('*')) {
        if (number === undefined) {
          throw new ReceiverError(
            'a bearer with * serves all devices; expected --number, to tell them apart',
          );
        }
        shared.push(await open(url, dispatch, 'all devices'));
        continue;
      }
      for (const index of indexes) {
        const opened = await open(
          numbered(url, index),
          (received) => receive(index, received),
          `device ${index}`,
        );
        own.set(index, [...(own.get(index) ?? []), opened]);
      }
    }
  } catch (error) {
    await close();
    throw error;
  }
  return {
    get bearers() {
      return [...shared, ...[...own.values()].flat()].flatMap((each) => each.bearers);
    },
    addressesOf: (index) => [
      ...(own.get(index) ?? []).flatMap((each) => each.bearers),
      ...(number === undefined
        ? []
        : shared
            .flatMap((each) => each.bearers)
            .map(({ bearer }) => ({ bearer, address: numbered(number, index) }))),
    ],
    close,
  };
}

/** A template with the number of a device in it. */
export function numbered(template: string, index: number): string {
  return template.replace(/\{n(?::(\d{1,2}))?\}/g, (_, digits: string | undefined) =>
    String(index).padStart(Number(digits ?? 0), '0'),
  );
}

function digitsOf(number: string): string {
  return number.replace(/\D/g, '');
}
