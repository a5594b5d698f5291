/** Path of Grove's DM endpoint. */
const DM_PATH = '/dm';

/** The DM endpoint of a server: at its usual path, unless the address has a path of its own. */
export function dmEndpoint(server: string): string {
  return new URL(server).pathname === '/' ? `${server.replace(/\/$/, '')}${DM_PATH}` : server;
}
