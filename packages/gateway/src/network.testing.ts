/** For tests: a network of terminals behind a bearer, which does what a test tells it. */
import type { Attempt, Bearer, BearerKind, BearerMeans, Health, Receipt, Shipment } from '@grove/push';
import { Type } from 'typebox';

export class Network {
  /** All that was sent into it. */
  readonly sent: Shipment[] = [];
  state: Health['state'] = 'up';
  window = 50;
  /** Shipments that it has at the moment, and had at most. */
  inFlight = 0;
  mostInFlight = 0;
  /** What it answers. */
  answer: (shipment: Shipment, n: number) => Attempt | Promise<Attempt> = () => ({
    kind: 'delivered',
    text: 'the terminal has it',
  });
  reaches: Bearer['reaches'] = ({ kind }) => kind !== 'user';
  #means: BearerMeans | undefined;

  bodies(): string[] {
    return this.sent.map(({ content }) => new TextDecoder().decode(content.body));
  }

  async report(receipt: Omit<Receipt, 'bearer'>): Promise<void> {
    if (this.#means === undefined) throw new Error('nobody is there to be told');
    await this.#means.onReceipt(receipt);
  }

  open(means: BearerMeans): Bearer {
    this.#means = means;
    const health = (): Health => ({ state: this.state, text: `it is ${this.state}` });
    const window = () => this.window;
    return {
      name: means.name,
      get window() {
        return window();
      },
      health,
      reaches: (to) => this.reaches(to),
      send: async (shipment, signal) => {
        this.sent.push(shipment);
        this.mostInFlight = Math.max(this.mostInFlight, ++this.inFlight);
        const aborted = new Promise<never>((_, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason), { once: true });
        });
        try {
          return await Promise.race([this.answer(shipment, this.sent.length), aborted]);
        } finally {
          this.inFlight--;
        }
      },
      close: async () => {},
    };
  }
}

/** The kind of bearers that lead into networks, by the name of the bearer. */
export function kindOf(networks: Readonly<Record<string, Network>>): BearerKind {
  return {
    kind: 'test',
    papNames: ['TEST'],
    settings: Type.Object({}, { additionalProperties: false }),
    open: async (_settings, means) => {
      const network = networks[means.name];
      if (network === undefined) throw new Error(`there is no network ${means.name}`);
      return network.open(means);
    },
  };
}
