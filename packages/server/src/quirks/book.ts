import { GenerationCache } from '@grove/store';
import type { Traits } from '../session/index.ts';
import type { Queries } from '../store/index.ts';
import { QUIRKS } from './catalogue.ts';
import { type Model, quirksOf } from './quirk.ts';

/** Models whose quirks are kept in memory. */
const MODELS = 1000;
/**
 * Milliseconds for which they are. What another process has learnt or a person has set counts after that: until
 * then a device is asked what it cannot do, which it answers.
 */
const FRESH = 5000;

interface Known {
  readonly traits: Traits;
  readonly until: number;
}

/** What the session engine is told of models, read from the database once in a while. */
export class QuirkBook {
  readonly #known = new GenerationCache<string, Known>(MODELS);

  /** @param now milliseconds since the epoch */
  async traitsOf(db: Queries, model: Model | undefined, now: number): Promise<Traits> {
    if (model === undefined) return NONE;
    const key = JSON.stringify([model.man, model.mod, model.swv]);
    const known = this.#known.get(key);
    if (known !== undefined && known.until > now) return known.traits;
    const traits: Traits = Object.assign(
      {},
      ...(await quirksOf(db, model)).filter(({ holds }) => holds).map(({ quirk }) => QUIRKS[quirk].traits),
    );
    this.#known.set(key, { traits, until: now + FRESH });
    return traits;
  }

  /** Lets what is known of a model be read anew. */
  renew({ man, mod, swv }: Model): void {
    this.#known.set(JSON.stringify([man, mod, swv]), { traits: NONE, until: 0 });
  }
}

const NONE: Traits = {};

/** The model that a device says it is; undefined where it has not said enough. */
export function modelOf(man: string | null, mod: string | null, swv: string | null): Model | undefined {
  return man === null || mod === null ? undefined : { man, mod, swv: swv ?? '' };
}
