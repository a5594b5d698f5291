/** What is known of the instances of services on devices. */
export { type KnownInstance, type KnownInstances, showInstances } from './list.ts';
export { recordMarks } from './record.ts';
