import { numbered } from '@grove/device';
import { checkConfig } from '@grove/gateway';
import { BEARERS, startSmsc } from '@grove/push';
import type { OwnPushOptions } from '@grove/server';

/** A mobile network for short messages: its SMS centre, and the gateway's way to it. */
export interface Network {
  /** For the server, whose gateway submits to the SMS centre. */
  readonly push: OwnPushOptions;
  /** By which a phone is reached that has this number, or, with `*` at its end, all whose numbers begin so. */
  receiverUrl(number: string): string;
  close(): Promise<void>;
}

/** Numbers that belong to nobody (Ofcom: telephone numbers for drama). */
const NUMBERS = '+4477009';

/** All of the demo's numbers. */
export const ALL_NUMBERS = `${NUMBERS}*`;

/** The numbers of the demo's phones, as `openFleetReception` takes them. */
export const NUMBER_TEMPLATE = `${NUMBERS}{n:5}`;

/** The number of a phone of the demo. */
export const numberOf = (index: number): string => numbered(NUMBER_TEMPLATE, index);

const HOST = '127.0.0.1';

/** Starts the network. */
export async function openNetwork(): Promise<Network> {
  const centre = await startSmsc({ host: HOST, port: 0, now: Date.now });
  const { port } = centre;
  const sms = { kind: 'sms', host: HOST, port, systemId: 'grove', password: 'demo', source: 'Grove' };
  return {
    push: { config: checkConfig({ bearers: [sms] }, BEARERS) },
    receiverUrl: (number) => `smpp://phone:demo@${HOST}:${port}?number=${encodeURIComponent(number)}`,
    close: () => centre.close(),
  };
}
