/** How a device asks its user: the port, and a user made of data. */
export type { Asked, Notice } from './notice.ts';
export { type Reaction, type ReactionKind, reactionFault, type UserInteraction } from './port.ts';
export {
  parseScript,
  ScriptError,
  type ScriptedAnswer,
  type ScriptReaction,
  scriptedUser,
} from './script.ts';
export { shownName, shownText } from './shown.ts';
export { inTurn, Turns } from './turns.ts';
export { reactionWithin } from './within.ts';
