import type { AccountInput, ClientCredentials, Credentials } from '../devices/index.ts';
import type { Queries } from '../store/index.ts';

/**
 * Whether a device has this account already, so that it need not be replaced: what the two sides have come to in their
 * nonces would be lost. A nonce that is given does not count.
 *
 * @param open opens a secret that was sealed
 */
export async function isSameAccount(
  db: Queries,
  open: (sealed: string) => string,
  deviceId: number,
  { serverId = 'grove', client, server = { auth: 'none' } }: AccountInput,
): Promise<boolean> {
  const row = await db
    .selectFrom('accounts')
    .selectAll()
    .where('device_id', '=', deviceId)
    .executeTakeFirst();
  if (row === undefined || row.server_id !== serverId) return false;
  if (client.auth === 'certificate') {
    const fingerprint = client.fingerprint?.replaceAll(':', '').toLowerCase() ?? null;
    if (row.client_auth !== 'certificate' || row.client_fingerprint !== fingerprint) return false;
  } else if (!isSame(client, row.client_auth, row.client_user, row.client_secret)) return false;
  return isSame(server, row.server_auth, row.server_user, row.server_secret);

  function isSame(
    given: Credentials,
    auth: ClientCredentials['auth'],
    user: string | null,
    sealed: string | null,
  ): boolean {
    if (given.auth !== auth) return false;
    if (given.auth === 'none') return true;
    return given.user === user && sealed !== null && open(sealed) === given.password;
  }
}
