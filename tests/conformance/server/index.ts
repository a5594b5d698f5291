/** The server's cases. */
import type { Group, Suite } from '../framework/index.ts';
import { ANSWERS } from './cases/s-01-answers.ts';
import { ELEMENTS, FINAL, PACKAGES } from './cases/s-02-packages.ts';
import { AUTHENTICATION, MUTUAL, UNAUTHENTICATED } from './cases/s-05-authentication.ts';
import { groveServers, type ServerStand } from './stand.ts';

const SERVER_GROUPS: readonly Group<ServerStand>[] = [
  ANSWERS,
  PACKAGES,
  FINAL,
  ELEMENTS,
  AUTHENTICATION,
  UNAUTHENTICATED,
  MUTUAL,
];

/** The cases of the server, tried on Grove. */
export function serverSuite(): Suite<ServerStand> {
  return groveServers(SERVER_GROUPS);
}
