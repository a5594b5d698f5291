import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import { isForeignKeyViolation, isUniqueViolation, StoreError, UnitError } from '../errors.ts';
import { PortQueries, type Queries } from '../port.ts';
import { explained, mayGoWellAgain } from './failures.ts';
import { PostgresUnit } from './ports.ts';

/** How often a unit is run that PostgreSQL aborts for the sake of another. */
const ATTEMPTS = 8;
/** The first pause between two attempts is up to this many milliseconds; each further one up to twice as many. */
const PAUSE = 4;

type Work<DB, T> = (db: Queries<DB>) => Promise<T>;

/**
 * Runs a unit of work in a transaction of its own, again where another one was in its way. A unit that came upon a
 * key which is there already is run once more too: where another one wrote it at the same time, it now finds it. So is
 * one that refers to a row which is not there: where another one deleted it at the same time, it now sees that.
 */
export async function runUnit<DB, T>(pool: pg.Pool, work: Work<DB, T>, timeout: number): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await attemptUnit(pool, work, timeout);
    } catch (error) {
      const missed = isUniqueViolation(error) || isForeignKeyViolation(error);
      const again = mayGoWellAgain(error) ? attempt < ATTEMPTS : missed && attempt === 1;
      if (!again) throw explained(error);
      await delay(Math.random() * PAUSE * 2 ** attempt);
    }
  }
}

async function attemptUnit<DB, T>(pool: pg.Pool, work: Work<DB, T>, timeout: number): Promise<T> {
  const client = await pool.connect();
  const unit = new PostgresUnit(client);
  // A client in an unknown state is not used again: closing it is what ends its transaction.
  let unusable = true;
  try {
    await client.query('begin');
    const outcome = await withinTime(() => settle(unit, work), timeout);
    if (outcome === undefined) throw new UnitError(`a unit of work did not end within ${timeout} ms`);
    unit.end();
    if ('error' in outcome) {
      await client.query('rollback');
      unusable = false;
      throw outcome.error;
    }
    const { command } = await client.query('commit');
    unusable = false;
    if (command === 'ROLLBACK') throw new StoreError('PostgreSQL rolled a unit of work back at its commit');
    return outcome.value;
  } finally {
    unit.end();
    client.release(unusable);
  }
}

type Outcome<T> = { value: T } | { error: unknown };

async function settle<DB, T>(unit: PostgresUnit, work: Work<DB, T>): Promise<Outcome<T>> {
  try {
    const value = await work(new PortQueries<DB>(unit));
    return unit.failure === undefined ? { value } : { error: unit.failure };
  } catch (error) {
    return { error: unit.failure ?? error };
  }
}

/** What `run` resolves to, or undefined when it takes longer than `timeout` milliseconds. */
async function withinTime<T>(run: () => Promise<T>, timeout: number): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, timeout, undefined);
  });
  try {
    return await Promise.race([run(), late]);
  } finally {
    clearTimeout(timer);
  }
}
