/** A phone that acts of its own accord. */
export { Agent, type AgentOptions } from './agent.ts';
export type { CameBy, NotificationEntry } from './history.ts';
