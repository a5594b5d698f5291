import type { Bearer, BearerKind, BearerMeans, Receipt } from '@grove/push';
import { type BearerConfig, nameOf, splitBearer } from '../config/index.ts';
import { type Backoff, DEFAULT_BACKOFF } from '../queue/index.ts';
import type { RoutedBearer } from '../routing/index.ts';

/** A bearer, and how the gateway uses it. */
export interface ConfiguredBearer {
  readonly bearer: Bearer;
  readonly kind: BearerKind;
  /** Shipments in a second; undefined for as many as there are. */
  readonly rate?: number | undefined;
  readonly backoff: Backoff;
  /** What PAP's `network` may ask for it by, upper case. */
  readonly networks: readonly string[];
}

export interface OpeningMeans extends Pick<BearerMeans, 'now' | 'random'> {
  readonly kinds: readonly BearerKind[];
  readonly log: (bearer: string, text: string) => void;
  /** Resolves once the receipt is stored. */
  readonly onReceipt: (receipt: Receipt) => Promise<void>;
}

/** A bearer cannot be opened with its settings; the message names it and says why. */
export class BearerError extends Error {
  override readonly name = 'BearerError';
}

/**
 * Opens bearers; where one cannot be opened, none is.
 *
 * @throws {BearerError}
 */
export async function openBearers(
  configs: readonly BearerConfig[],
  { kinds, now, random, log, onReceipt }: OpeningMeans,
): Promise<readonly ConfiguredBearer[]> {
  const opened: ConfiguredBearer[] = [];
  try {
    for (const config of configs) {
      const kind = kinds.find((known) => known.kind === config.kind);
      if (kind === undefined) throw new Error(`there is no kind of bearers ${JSON.stringify(config.kind)}`);
      const name = nameOf(config);
      const means: BearerMeans = {
        name,
        now,
        random,
        log: (text) => log(name, text),
        onReceipt: (receipt) => onReceipt({ ...receipt, bearer: name }),
      };
      const bearer = await kind.open(splitBearer(config).settings, means).catch((error: unknown) => {
        const reason = error instanceof Error ? error.message : String(error);
        throw new BearerError(`the bearer ${name} cannot be opened: ${reason}`, { cause: error });
      });
      opened.push({
        bearer,
        kind,
        rate: config.rate,
        backoff: backoffOf(config),
        networks: (config.papNetworks ?? []).map((network) => network.toUpperCase()),
      });
    }
    return opened;
  } catch (error) {
    await Promise.allSettled(opened.map(({ bearer }) => bearer.close()));
    throw error;
  }
}

function backoffOf({ retry = {} }: BearerConfig): Backoff {
  const { first, longest, attempts = DEFAULT_BACKOFF.attempts } = retry;
  return {
    first: first === undefined ? DEFAULT_BACKOFF.first : first * 1_000,
    longest: longest === undefined ? DEFAULT_BACKOFF.longest : longest * 1_000,
    attempts,
  };
}

/** A bearer as the choice among bearers sees it. */
export function routed({ bearer, kind, networks }: ConfiguredBearer): RoutedBearer {
  return {
    name: bearer.name,
    papNames: kind.papNames,
    networks,
    reaches: (to) => bearer.reaches(to),
  };
}
