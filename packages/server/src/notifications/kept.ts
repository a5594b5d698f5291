/** Wishes as they are kept: with the texts of the template that they name, whatever becomes of the template. */
import { InvalidInput } from '@grove/api';
import { EncodeError, type Reason, reasonBody } from '@grove/protocol';
import {
  type Audience,
  checkValues,
  type ReasonTemplate,
  renderReason,
  showReason,
} from '../reasons/index.ts';
import type { Queries } from '../store/index.ts';
import type { Wish } from './wish.ts';

/** What was wished for, and the template as it was then. JSON. */
export interface KeptWish {
  readonly wish: Wish;
  readonly template?: ReasonTemplate;
}

/**
 * Checks what a schema cannot: that what the user is told can be written, and that the template is there.
 *
 * @param field where it was given, for errors; empty for the whole
 * @throws {InvalidInput}
 * @throws {NotFound} when there is no such template
 */
export async function keepWish(db: Queries, wish: Wish, field: string): Promise<KeptWish> {
  const { reason } = wish;
  const path = field === '' ? 'reason' : `${field}/reason`;
  if (reason === undefined) return { wish };
  if ('template' in reason) {
    const { template } = await showReason(db, reason.template);
    checkValues(template, reason.values ?? {}, `${path}/values`);
    return { wish, template };
  }
  const problem = problemOf(reason);
  if (problem === undefined) return { wish };
  throw new InvalidInput([{ field: path, expected: `texts that a notification can carry: ${problem}` }]);
}

function problemOf(reason: Reason): string | undefined {
  try {
    reasonBody(reason);
    return undefined;
  } catch (error) {
    if (error instanceof EncodeError) return error.message;
    throw error;
  }
}

/** A wish as it was kept. */
export function readWish(json: string | null): KeptWish {
  return json === null ? { wish: {} } : (JSON.parse(json) as KeptWish);
}

/**
 * What a user is told, in his language.
 *
 * @throws {InvalidInput} when it becomes too long with what is known of his device
 */
export function reasonFor(
  { wish: { reason }, template }: KeptWish,
  audience: Audience,
  expiresAt: number,
): Reason | undefined {
  if (reason === undefined) return undefined;
  const expires = Math.floor(expiresAt / 1000);
  if (!('template' in reason)) return { ...reason, expires };
  if (template === undefined) throw new Error(`the template ${reason.template} was not kept`);
  return { ...renderReason(template, audience, reason.values), expires };
}
