import { GenerationCache } from '@grove/store';
import type { Traits } from '../session/index.ts';
import type { Queries } from '../store/index.ts';
import { QUIRKS } from './catalogue.ts';
import { knownOf, type Model, quirksOf, type WitnessedQuirk } from './quirk.ts';

/** Models whose quirks are kept in memory. */
const MODELS = 1000;
/**
 * Milliseconds for which they are. What another process has learnt or a person has set counts after that: until
 * then a device is asked what it cannot do, which it answers.
 */
const FRESH = 5000;

interface Known {
  readonly quirks: readonly WitnessedQuirk[];
  readonly until: number;
}

/** What the session engine is told of models, read from the database once in a while. */
export class QuirkBook {
  readonly #known = new GenerationCache<string, Known>(MODELS);

  /**
   * What counts for a device of a model.
   *
   * @param now milliseconds since the epoch
   */
  async traitsOf(db: Queries, model: Model | undefined, deviceId: number, now: number): Promise<Traits> {
    if (model === undefined) return NONE;
    const quirks = await this.#knownOf(db, model, now);
    if (quirks.length === 0) return NONE;
    const counting = quirksOf(quirks, deviceId).filter(({ holds }) => holds);
    return Object.assign({}, ...counting.map(({ quirk }) => QUIRKS[quirk].traits));
  }

  async #knownOf(db: Queries, model: Model, now: number): Promise<readonly WitnessedQuirk[]> {
    const key = JSON.stringify([model.man, model.mod, model.swv]);
    const known = this.#known.get(key);
    if (known !== undefined && known.until > now) return known.quirks;
    const quirks = await knownOf(db, model);
    this.#known.set(key, { quirks, until: now + FRESH });
    return quirks;
  }

  /** Lets what is known of a model be read anew. */
  renew({ man, mod, swv }: Model): void {
    this.#known.set(JSON.stringify([man, mod, swv]), { quirks: [], until: 0 });
  }
}

const NONE: Traits = {};

/** The model that a device says it is; undefined where it has not said enough. */
export function modelOf(man: string | null, mod: string | null, swv: string | null): Model | undefined {
  return man === null || mod === null ? undefined : { man, mod, swv: swv ?? '' };
}
