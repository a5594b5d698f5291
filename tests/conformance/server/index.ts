/** The server's cases. */
import type { Group, Suite } from '../framework/index.ts';
import { ANSWERS } from './cases/s-01-answers.ts';
import { groveServers, type ServerStand } from './stand.ts';

const SERVER_GROUPS: readonly Group<ServerStand>[] = [ANSWERS];

/** The cases of the server, tried on Grove. */
export function serverSuite(): Suite<ServerStand> {
  return groveServers(SERVER_GROUPS);
}
