/** Parts of short messages become whole ones again: in any order, some twice, some never. */
import { joined } from '@grove/protocol';
import type { Part, Ports, UserData } from './user-data.ts';

/** Between whom a short message goes, as the network says. */
export interface Route {
  readonly from: string;
  readonly to: string;
}

/** Bounds on what is kept of messages. */
export interface ReassemblyLimits {
  /** Milliseconds after its first part in which a message has to be whole, and for which a whole one is known again. */
  readonly patience: number;
  /** Messages that are kept, and of these those of one route. */
  readonly messages: number;
  readonly messagesOfRoute: number;
  /** Bytes of data that are kept. */
  readonly bytes: number;
}

export const REASSEMBLY_LIMITS: ReassemblyLimits = {
  patience: 10 * 60_000,
  messages: 4096,
  messagesOfRoute: 8,
  bytes: 4 * 1024 * 1024,
};

/** What came of a short message; `id` names the longer one that it is a part of. */
export type Taken =
  /** The message is whole: this was its last part, or, where it has no id, its only one. */
  | { readonly kind: 'whole'; readonly id?: number; readonly data: Uint8Array; readonly ports?: Ports }
  /** Other parts are missing. */
  | { readonly kind: 'waiting'; readonly id: number; readonly found: number; readonly total: number }
  /** It had come before; `whole` says whether the message was given out already. */
  | { readonly kind: 'duplicate'; readonly id: number; readonly whole: boolean };

/** A message of which parts came and are kept no longer. */
export interface Lost {
  readonly id: number;
  readonly route: Route;
  readonly found: number;
  readonly total: number;
  readonly why: 'too late' | 'too many messages' | 'another message has its reference';
}

interface Message {
  readonly id: number;
  readonly key: string;
  readonly route: Route;
  readonly total: number;
  /** Until when it is kept, in milliseconds since the epoch. */
  readonly until: number;
  readonly parts: Map<number, Uint8Array>;
  /** Parts that came again: another message with the same reference may have them in common. */
  readonly again: Set<number>;
}

/**
 * What a terminal, or one connection that serves several, keeps of messages that came in part.
 *
 * A whole message is known again for a while, so that parts that the network delivers twice give it once. A part that
 * differs from the one that is known begins a new message: eight bits of reference are soon used again.
 */
export class Reassembly {
  readonly #limits: ReassemblyLimits;
  /** The oldest first. */
  readonly #messages = new Map<string, Message>();
  readonly #routes = new Map<string, Set<Message>>();
  #bytes = 0;
  #ids = 0;

  constructor(limits: ReassemblyLimits = REASSEMBLY_LIMITS) {
    this.#limits = limits;
  }

  /**
   * Takes a short message.
   *
   * @param now milliseconds since the epoch
   * @returns what came of it, and the messages that nobody should wait for any more
   */
  take(route: Route, { ports, part, data }: UserData, now: number): { taken: Taken; lost: readonly Lost[] } {
    const lost = [...this.expire(now)];
    const told = ports === undefined ? {} : { ports };
    if (part === undefined) return { taken: { kind: 'whole', data, ...told }, lost };
    const key = keyOf(route, ports, part);
    const known = this.#messages.get(key);
    const same = known?.parts.get(part.sequence);
    if (known !== undefined && same !== undefined && equal(same, data)) {
      known.again.add(part.sequence);
      return { taken: { kind: 'duplicate', id: known.id, whole: isWhole(known) }, lost };
    }
    if (known !== undefined && same !== undefined) {
      lost.push(...this.#drop(known, 'another message has its reference'));
    }
    const message = this.#messages.get(key) ?? this.#begin(key, route, part.total, now, known);
    this.#add(message, part.sequence, data);
    lost.push(...this.#makeRoom(message));
    const { id, parts, total } = message;
    if (!isWhole(message)) return { taken: { kind: 'waiting', id, found: parts.size, total }, lost };
    const inOrder = [...parts].sort(([one], [other]) => one - other).map(([, bytes]) => bytes);
    return { taken: { kind: 'whole', id, data: joined(...inOrder), ...told }, lost };
  }

  /** Forgets a message, as when it was whole and could not be stored: its parts will come again. */
  forget(id: number): void {
    const message = this.#messages.values().find((each) => each.id === id);
    if (message !== undefined) this.#remove(message);
  }

  /** Drops what is too old. */
  expire(now: number): readonly Lost[] {
    const lost: Lost[] = [];
    for (const message of this.#messages.values()) {
      if (message.until > now) break;
      lost.push(...this.#drop(message, 'too late'));
    }
    return lost;
  }

  /** When {@link expire} has something to do next, in milliseconds since the epoch; undefined = never. */
  get nextExpiry(): number | undefined {
    return this.#messages.values().next().value?.until;
  }

  /** @param before the message that had the reference until now */
  #begin(key: string, route: Route, total: number, now: number, before: Message | undefined): Message {
    const until = now + this.#limits.patience;
    const message: Message = {
      id: ++this.#ids,
      key,
      route,
      total,
      until,
      parts: new Map(),
      again: new Set(),
    };
    this.#messages.set(key, message);
    const ofRoute = this.#routes.getOrInsert(routeKey(route), new Set());
    ofRoute.add(message);
    for (const sequence of before?.again ?? []) {
      const part = before?.parts.get(sequence);
      if (part !== undefined) this.#add(message, sequence, part);
    }
    return message;
  }

  #add(message: Message, sequence: number, data: Uint8Array): void {
    message.parts.set(sequence, new Uint8Array(data));
    this.#bytes += data.length;
  }

  /** Drops others until the bounds are kept: whole ones before others, and those of the route that has most. */
  #makeRoom(newest: Message): Lost[] {
    const { messages, messagesOfRoute, bytes } = this.#limits;
    const lost: Lost[] = [];
    const ofRoute = this.#routes.get(routeKey(newest.route)) ?? new Set();
    while (ofRoute.size > Math.max(1, messagesOfRoute)) lost.push(...this.#dropOne(ofRoute, newest));
    while (this.#messages.size > messages || this.#bytes > bytes) {
      const largest = [...this.#routes.values()].reduce((most, set) => (set.size > most.size ? set : most));
      lost.push(...this.#dropOne(largest.size > 1 ? largest : this.#messages.values(), newest));
    }
    return lost;
  }

  /** Drops one of these, and the newest only where there is no other. */
  #dropOne(messages: Iterable<Message>, newest: Message): Lost[] {
    const others = [...messages].filter((message) => message !== newest);
    return this.#drop(others.find(isWhole) ?? others[0] ?? newest, 'too many messages');
  }

  #drop(message: Message, why: Lost['why']): Lost[] {
    this.#remove(message);
    const { id, route, total, parts } = message;
    return isWhole(message) ? [] : [{ id, route, found: parts.size, total, why }];
  }

  #remove(message: Message): void {
    this.#messages.delete(message.key);
    const route = routeKey(message.route);
    const ofRoute = this.#routes.get(route);
    ofRoute?.delete(message);
    if (ofRoute?.size === 0) this.#routes.delete(route);
    for (const part of message.parts.values()) this.#bytes -= part.length;
  }
}

function routeKey({ from, to }: Route): string {
  return JSON.stringify([from, to]);
}

/** Parts belong together when all of this is the same (TS 23.040 §9.2.3.24.1); other totals are other messages. */
function keyOf(route: Route, ports: Ports | undefined, { reference, total, wide }: Part): string {
  return JSON.stringify([route.from, route.to, ports?.destination, ports?.source, reference, total, wide]);
}

function isWhole({ parts, total }: Message): boolean {
  return parts.size === total;
}

function equal(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, at) => byte === other[at]);
}
