/** The server's cases. */
import type { Group, Suite } from '../framework/index.ts';
import { ANSWERS } from './cases/s-01-answers.ts';
import { ELEMENTS, FINAL, PACKAGES } from './cases/s-02-packages.ts';
import { AUTHENTICATION, MUTUAL, UNAUTHENTICATED } from './cases/s-05-authentication.ts';
import { TO_CLIENTS } from './cases/s-07-large-objects.ts';
import { NOTIFICATION } from './cases/s-08-notification.ts';
import { CLIENT_EVENTS, GENERIC_ALERTS } from './cases/s-09-alerts.ts';
import { ENCODINGS } from './cases/s-12-encodings.ts';
import { BOOTSTRAP } from './cases/s-13-bootstrap.ts';
import { COMMANDS, RIGHTS } from './cases/s-15-commands.ts';
import { INTERACTION } from './cases/s-16-interaction.ts';
import { FROM_CLIENTS } from './cases/s-17-large-objects.ts';
import { HTTP } from './cases/s-18-http.ts';
import { TLS } from './cases/s-19-tls.ts';
import { LOCKOUT } from './cases/s-20-lockout.ts';
import { groveServers, type ServerStand } from './stand.ts';

const SERVER_GROUPS: readonly Group<ServerStand>[] = [
  ANSWERS,
  PACKAGES,
  FINAL,
  ELEMENTS,
  AUTHENTICATION,
  UNAUTHENTICATED,
  TO_CLIENTS,
  NOTIFICATION,
  GENERIC_ALERTS,
  CLIENT_EVENTS,
  MUTUAL,
  ENCODINGS,
  BOOTSTRAP,
  RIGHTS,
  COMMANDS,
  INTERACTION,
  HTTP,
  TLS,
  LOCKOUT,
  FROM_CLIENTS,
];

/** The cases of the server, tried on Grove. */
export function serverSuite(): Suite<ServerStand> {
  return groveServers(SERVER_GROUPS);
}
