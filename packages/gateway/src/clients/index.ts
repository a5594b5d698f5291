/** Who may submit pushes, and how he proves it. */
export { clientOf } from './client.ts';
export { Doorkeeper } from './doorkeeper.ts';
