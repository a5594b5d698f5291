import { type Address, type AddressKind, type Quality, RESULT } from '@grove/push';
import { keyOf, shortAddress } from '../address/index.ts';

/** A bearer, and the address of a terminal there. */
export interface Way {
  readonly bearer: string;
  readonly to: Address;
}

/** A way that was gone. A dead one never will lead anywhere; others have come to nothing for a while. */
export interface TriedWay {
  readonly bearer: string;
  /** As stored: see `address/`. */
  readonly to: string;
  readonly dead: boolean;
}

/** Whether a way is the one that was tried: over the same bearer to the same address. */
export function sameWay(way: Way, tried: TriedWay): boolean {
  return way.bearer === tried.bearer && keyOf(way.to) === tried.to;
}

/** Whom a push is for: one address, or what the directory knows of a user. */
export interface Terminals {
  /** The preferred one first. */
  readonly addresses: readonly Address[];
  /** Names of the bearers that they take; undefined for all. */
  readonly bearers?: readonly string[] | undefined;
  /** Media types that they take; undefined for all. */
  readonly accepts?: readonly string[] | undefined;
}

/** What a push asks for. */
export interface Wants {
  readonly quality: Quality;
  readonly contentType: string;
}

/** A bearer as the choice among bearers sees it. */
export interface RoutedBearer {
  readonly name: string;
  /** What it may be asked for by in PAP's `bearer`, upper case. */
  readonly papNames: readonly string[];
  /** What it may be asked for by in PAP's `network`, upper case. */
  readonly networks: readonly string[];
  reaches(to: Address): boolean;
}

/** The operator's order of bearers, by name. What is not named comes last, in the order of the configuration. */
export interface Policy {
  readonly order: readonly string[];
  /** In place of `order` for pushes that were addressed so; other bearers are not used then. */
  readonly byAddress: Partial<Readonly<Record<AddressKind, readonly string[]>>>;
}

/** Why there is no way, as PAP says it. */
export interface Refusal {
  readonly code: number;
  readonly text: string;
}

/** Chooses among the bearers that are configured. Pure: it knows neither queue nor network. */
export class Router {
  readonly #bearers: readonly RoutedBearer[];
  readonly #policy: Policy;

  constructor(bearers: readonly RoutedBearer[], policy: Policy) {
    this.#bearers = bearers;
    this.#policy = policy;
  }

  /**
   * The ways on which a push may go, the best first: the bearer or network that the initiator prefers, then the
   * operator's order, then the order of the terminal's addresses.
   *
   * @param destination the address that the initiator gave
   */
  ways(destination: Address, terminals: Terminals, wants: Wants): readonly Way[] | Refusal {
    const { quality, contentType } = wants;
    const name = JSON.stringify(shortAddress(destination));
    if (terminals.accepts !== undefined && !takes(terminals.accepts, contentType)) {
      return {
        code: RESULT.requiredCapabilitiesNotSupported.code,
        text: `the terminals of ${name} take ${terminals.accepts.join(', ')}, not ${contentType}`,
      };
    }
    const ranked = this.#ranked(destination.kind).filter(
      ({ name: bearer }) => terminals.bearers === undefined || terminals.bearers.includes(bearer),
    );
    const reaching = ranked.filter((bearer) => terminals.addresses.some((to) => bearer.reaches(to)));
    if (reaching.length === 0) {
      const isUnknown = terminals.addresses.some(({ kind }) => kind === 'user');
      const why = isUnknown ? `the directory knows no user ${name}, and ` : '';
      return {
        code: RESULT.addressNotFound.code,
        text: `${why}no bearer of this gateway reaches ${isUnknown ? 'it' : name}`,
      };
    }
    const isAsked = (bearer: RoutedBearer) => isCalled(bearer, quality.bearer);
    const isOnNetwork = (bearer: RoutedBearer) => isOf(bearer, quality.network);
    const fitting = reaching.filter(
      (bearer) =>
        (!quality.bearerRequired || isAsked(bearer)) && (!quality.networkRequired || isOnNetwork(bearer)),
    );
    if (fitting.length === 0) {
      const isBearer = quality.bearerRequired && !reaching.some(isAsked);
      return isBearer
        ? {
            code: RESULT.requiredBearerNotAvailable.code,
            text: `no bearer "${quality.bearer}" reaches ${name}`,
          }
        : {
            code: RESULT.requiredNetworkNotAvailable.code,
            text: `no bearer of the network "${quality.network}" reaches ${name}`,
          };
    }
    const weight = (bearer: RoutedBearer) => (isAsked(bearer) ? 0 : 2) + (isOnNetwork(bearer) ? 0 : 1);
    return fitting
      .toSorted((a, b) => weight(a) - weight(b))
      .flatMap((bearer) =>
        terminals.addresses
          .filter((to) => bearer.reaches(to))
          .map((to): Way => ({ bearer: bearer.name, to })),
      );
  }

  #ranked(kind: AddressKind): RoutedBearer[] {
    const own = this.#policy.byAddress[kind];
    if (own !== undefined) {
      return own.flatMap((name) => this.#bearers.filter((bearer) => bearer.name === name));
    }
    const rank = ({ name }: RoutedBearer) => {
      const at = this.#policy.order.indexOf(name);
      return at < 0 ? this.#policy.order.length : at;
    };
    return this.#bearers.toSorted((a, b) => rank(a) - rank(b));
  }
}

/** Whether a bearer goes by a name: the operator's, or PAP's. Where none is asked for, each does. */
function isCalled({ name, papNames }: RoutedBearer, asked: string | undefined): boolean {
  if (asked === undefined) return true;
  const upper = asked.toUpperCase();
  return name.toUpperCase() === upper || papNames.includes(upper);
}

function isOf({ networks }: RoutedBearer, asked: string | undefined): boolean {
  return asked === undefined || networks.includes(asked.toUpperCase());
}

/** Whether a media type is among those that are taken; its parameters do not matter. */
function takes(accepts: readonly string[], contentType: string): boolean {
  const type = (contentType.split(';', 1)[0] ?? '').trim().toLowerCase();
  return accepts.some((accepted) => {
    const wanted = accepted.trim().toLowerCase();
    return (
      wanted === '*/*' || wanted === type || (wanted.endsWith('/*') && type.startsWith(wanted.slice(0, -1)))
    );
  });
}
