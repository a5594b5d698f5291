import { type DeviceAlert, MAX_ALERT_DATA, MAX_ALERTS, type RaisedAlert } from './alert.ts';

const ID_BYTES = 8;

/** The alerts that no server has answered yet, in the order in which they were raised. */
export class Outbox {
  readonly #random: (bytes: number) => Uint8Array;
  #alerts: readonly RaisedAlert[];

  /** @param alerts as {@link Outbox.alerts} gave them when they were stored. */
  constructor(random: (bytes: number) => Uint8Array, alerts: readonly RaisedAlert[] = []) {
    this.#random = random;
    this.#alerts = alerts;
  }

  /** All alerts, to be stored. */
  get alerts(): readonly RaisedAlert[] {
    return this.#alerts;
  }

  /**
   * Adds an alert, to be told in the session under way or in the next one.
   *
   * @throws {RangeError} for one that is too long, or one too many.
   */
  raise(alert: DeviceAlert): RaisedAlert {
    if (alert.data.length > MAX_ALERT_DATA) {
      throw new RangeError(`alert of ${alert.data.length} characters; expected at most ${MAX_ALERT_DATA}`);
    }
    if (this.#alerts.length >= MAX_ALERTS) {
      throw new RangeError(`${MAX_ALERTS} alerts wait for a server already; expected fewer`);
    }
    const raised = { ...alert, id: this.#random(ID_BYTES).toHex() };
    this.#alerts = [...this.#alerts, raised];
    return raised;
  }

  /** Gives what puts back the alerts that are taken out from now on; those that are raised meanwhile stay. */
  checkpoint(): () => void {
    const before = this.#alerts;
    return () => {
      const known = new Set(before.map(({ id }) => id));
      this.#alerts = [...before, ...this.#alerts.filter(({ id }) => !known.has(id))];
    };
  }

  /** What a server is to be told. */
  waitingFor(server: string): readonly RaisedAlert[] {
    return this.#alerts.filter((alert) => alert.server === undefined || alert.server === server);
  }

  /** Takes out an alert that was answered; undefined when there is none of that identifier. */
  settle(id: string): RaisedAlert | undefined {
    const found = this.#alerts.find((alert) => alert.id === id);
    this.#alerts = this.#alerts.filter((alert) => alert !== found);
    return found;
  }
}
