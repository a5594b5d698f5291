/** The connection of an SMPP session, whichever end opened it. */
export {
  type Answer,
  LINK_LIMITS,
  type Link,
  type LinkLimits,
  type LinkMeans,
  openLink,
  type Reply,
} from './link.ts';
