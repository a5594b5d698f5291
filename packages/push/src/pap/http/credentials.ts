/** A name and a password, as basic authentication sends them (RFC 7617). */
export interface Credentials {
  readonly user: string;
  readonly password: string;
}

/** What an Authorization header says; undefined where it is no basic authentication. */
export function readCredentials(header: string | undefined): Credentials | undefined {
  const [, encoded] = /^basic[ \t]+([a-z0-9+/]+={0,2})[ \t]*$/i.exec(header ?? '') ?? [];
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon < 0 ? undefined : { user: text.slice(0, colon), password: text.slice(colon + 1) };
}

/** The Authorization header of these. */
export function writeCredentials({ user, password }: Credentials): string {
  return `Basic ${Buffer.from(`${user}:${password}`, 'utf8').toString('base64')}`;
}
