/** What carries something else, such as a push: told by whoever knows it, and opened to what is inside. */
import type { Tried } from './documents.ts';

/** What is inside of something. */
export interface Inside {
  /** One, or several that might belong together. */
  readonly pieces: readonly Uint8Array[];
  /** Its media type, where the carrier says one. */
  readonly mediaType?: string | undefined;
}

/** Something that carries other things, or could. */
export interface Carrier {
  /** Name for programs: `wsp-push`. */
  readonly kind: string;
  /** What it is, and how long: `WSP push, 45 bytes`. */
  readonly title: string;
  /** What it says, by name; undefined is not said. */
  readonly facts: Readonly<Record<string, string | undefined>>;
  /** Its bytes in order, but for what is inside. */
  readonly layout: readonly CarrierBytes[];
  /** What is not as its standard says, or was passed over. */
  readonly remarks: readonly string[];
}

/** Bytes with a meaning. */
export interface CarrierBytes {
  readonly bytes: Uint8Array;
  readonly name: string;
  readonly value: string;
  /** Whether they are not to be shown unless somebody asks for secrets; `value` does not tell them. */
  readonly secret?: boolean;
}

export interface Opened {
  readonly carrier: Carrier;
  readonly inside: readonly Inside[];
}

/**
 * Opens what it knows, and returns why it is none of it otherwise; undefined where that says nothing to anybody.
 *
 * @param pieces one, or several that were written down as lines: those that belong together are opened as one
 * @param mediaType as something around it says
 */
export type Opener = (
  pieces: readonly Uint8Array[],
  mediaType: string | undefined,
) => readonly Opened[] | Tried | undefined;
