import {
  Agent,
  createHandset,
  createPhone,
  type Handset,
  openFleetReception,
  openPhonePage,
  type PhoneOptions,
  type SessionReport,
  scriptedUser,
} from '@grove/device';
import { ALL_NUMBERS, type Network, NUMBER_TEMPLATE, numberOf } from './network.ts';

/** The phones of the demo, switched on. */
export interface Phones {
  /** Those whose users agree to everything. */
  readonly agents: readonly Agent[];
  /** Those that are on the page, for whoever opens it. */
  readonly handsets: readonly Handset[];
  /** Where they are; undefined = there are none. */
  readonly pageUrl: string | undefined;
  /** Called with each session of a phone when it has ended; to be set. */
  onReport: (devId: string, report: SessionReport) => void;
  close(): Promise<void>;
}

/**
 * Switches phones on.
 *
 * @param onPage how many of them, from the first, are on the page
 * @param network by which they are reached; undefined = they are not
 */
export async function switchOn(
  options: readonly PhoneOptions[],
  onPage: number,
  network: Network | undefined,
): Promise<Phones> {
  const closers: (() => Promise<unknown>)[] = [];
  const phones = {
    agents: [] as Agent[],
    handsets: [] as Handset[],
    pageUrl: undefined as string | undefined,
    onReport: (() => {}) as Phones['onReport'],
    async close() {
      for (const closer of closers.splice(0).reverse()) await closer();
    },
  };
  const reporting = (devId: string) => (report: SessionReport) => phones.onReport(devId, report);
  try {
    for (const [index, each] of options.slice(0, onPage).entries()) {
      const push = network === undefined ? [] : [network.receiverUrl(numberOf(index))];
      const handset = await createHandset({ ...each, push, onReport: reporting(each.devId) });
      closers.push(() => handset.end());
      phones.handsets.push(handset);
    }
    for (const each of options.slice(onPage)) {
      const phone = await createPhone({ ...each, interaction: scriptedUser([{ answer: 'accept' }]) });
      const agent = new Agent(phone, { onReport: reporting(each.devId) });
      closers.push(() => agent.end());
      phones.agents.push(agent);
      agent.start().catch(() => {});
    }
    if (network !== undefined && phones.agents.length > 0) {
      const reception = await openFleetReception(
        { urls: [network.receiverUrl(ALL_NUMBERS)], number: NUMBER_TEMPLATE },
        {
          first: onPage,
          devices: phones.agents.length,
          receive: async (index, push) => phones.agents[index - onPage]?.receive(push),
        },
      );
      closers.push(() => reception.close());
    }
    if (phones.handsets.length > 0) {
      const page = await openPhonePage({ handsets: phones.handsets });
      closers.push(() => page.close());
      phones.pageUrl = page.url;
    }
    return phones;
  } catch (error) {
    await phones.close();
    throw error;
  }
}
