import { createHmac, randomBytes } from 'node:crypto';
import { MASK } from '../secrets/index.ts';

/** Tells secret values apart without showing them; another one in each process. */
const KEY = randomBytes(32);

/** A secret value as differences show it. */
export function shownAs(value: string | number | boolean): string {
  return `${MASK}-${createHmac('sha256', KEY).update(String(value)).digest('hex').slice(0, 8)}`;
}
