/** The gateway's side of PAP. */
export type { Sender } from './answer.ts';
export { type PapServerOptions, papServer } from './server.ts';
