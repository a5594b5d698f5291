/** A user-interaction alert, 1100…1104 (DM_Protocol 1.2.1). */
export interface Question {
  /** 1100 display, 1101 confirm, 1102 text input, 1103 single choice, 1104 multiple choice. */
  readonly code: number;
  /** The option string, `MINDT=10&DR=1`; often empty. */
  readonly options: string;
  readonly text: string;
  /** What there is to choose from, numbered from 1. */
  readonly choices: readonly string[];
}

/** What the user did. */
export interface Answer {
  /** 200 done or "yes", 304 "no", 214 cancelled, 408 no reaction in time, 416 cannot be shown, 406 not supported. */
  readonly status: number;
  /** The text typed, or the numbers chosen. */
  readonly data?: readonly string[];
}

/** How a device asks its user. */
export interface UserInteraction {
  ask(question: Question): Promise<Answer>;
}
