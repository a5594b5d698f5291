import type { Question } from '@grove/protocol';

/** What a device tells its user, or asks, before a session that a server has asked for. JSON. */
export interface Notice {
  readonly kind: 'notice';
  /** Whether the user decides: accepts (`yes`), refuses (`no`) or postpones (`cancelled`); else it is to be read. */
  readonly asks: boolean;
  /** Who asks for the session, by the name in its account. */
  readonly operator: string;
  /** Why. */
  readonly text: string;
  /** What it means to refuse. */
  readonly consequence?: string | undefined;
  readonly legalNotice?: string | undefined;
  /** Of the texts; a language tag (BCP 47). */
  readonly language?: string | undefined;
  readonly minDisplay?: undefined;
  /** Seconds that the user has. */
  readonly maxDisplay?: number | undefined;
}

/** What a user is asked: by a server in a session, or by the device before one. */
export type Asked = Question | Notice;
