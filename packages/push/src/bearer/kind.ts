import type { Static, TSchema } from 'typebox';
import type { Bearer, BearerMeans } from './bearer.ts';

/** A kind of bearer: a new one is a folder and a row in `bearers`. */
export interface BearerKind<Schema extends TSchema = TSchema> {
  /** Name in the gateway's configuration, `sms`. */
  readonly kind: string;
  /** What it is called in `quality-of-service` of PAP (`SMS`, `SIP`, …) and may be asked for by, upper case. */
  readonly papNames: readonly string[];
  /** What an operator configures. A text with `isPath` in its schema is the path of a file. */
  readonly settings: Schema;
  open(settings: Static<Schema>, means: BearerMeans): Promise<Bearer>;
}
