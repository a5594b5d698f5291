/** How much a reader takes from one document before it refuses it with a LimitError. */
export interface Limits {
  /** Elements inside one another. */
  readonly depth: number;
  /** Elements in the document. */
  readonly elements: number;
  /** Attributes of one element, namespace declarations included. */
  readonly attributes: number;
  /** Characters that references to a WBXML string table may amount to, since each takes three bytes only. */
  readonly tableText: number;
  /** Commands in a message, those inside Atomic and Sequence included. */
  readonly commands: number;
  /** Items in a message. */
  readonly items: number;
  /** Deviations kept; more are not noted, and do no harm. */
  readonly deviations: number;
}

/** What holds unless a caller says otherwise. A reader's input is bounded by its caller, in bytes. */
export const DEFAULT_LIMITS: Limits = {
  depth: 64,
  elements: 200_000,
  attributes: 64,
  tableText: 4_000_000,
  commands: 5_000,
  items: 20_000,
  deviations: 100,
};
