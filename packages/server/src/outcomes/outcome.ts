/** Whose move it is. */
export const MOVERS = ['operator', 'care', 'user', 'device', 'network', 'nobody'] as const;
export type Mover = (typeof MOVERS)[number];

/** Something that may come of work on a device. */
export interface Outcome {
  /** A status code as `status-404`, or a name. */
  readonly code: string;
  /** What has happened, as a sentence. */
  readonly happened: string;
  /** Whose move it is: who configures devices, who talks to users, the user, the device, the network, or nobody. */
  readonly mover: Mover;
  /** What to do about it. */
  readonly advice: string;
}
