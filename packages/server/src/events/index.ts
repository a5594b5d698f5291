/** The log of what has happened, for other systems and for people. */
export {
  type Event,
  type EventFilter,
  forgetEventsOf,
  listEvents,
  newestEvent,
  trimEvents,
  typesOf,
} from './event.ts';
export { type Batch, EventFeed, FeedFull, type FeedOptions } from './feed.ts';
export { Follower, type FollowerOptions } from './follower.ts';
export { type NewEvent, recordEvent, recordEvents, tellingOfEvents } from './record.ts';
export { EVENT_NAMES, EVENT_TYPES, type EventType, typesNamed } from './types.ts';
