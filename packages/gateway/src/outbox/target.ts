/**
 * Whether result notifications may be posted to a URL that an initiator names. It is a way to have the gateway send
 * requests into networks that the initiator may not reach: hence http and https only, no names and passwords in it, and,
 * where the operator lists places, only those.
 *
 * @param allowed beginnings of URLs; undefined for any
 */
export function mayNotify(url: string, allowed: readonly string[] | undefined): boolean {
  if (!URL.canParse(url)) return false;
  const target = new URL(url);
  if (target.protocol !== 'http:' && target.protocol !== 'https:') return false;
  if (target.username !== '' || target.password !== '') return false;
  return allowed === undefined || allowed.some((beginning) => liesBelow(target, beginning));
}

/** Whether a URL is of the same origin as another and its path begins with the other's, at whole segments. */
function liesBelow(target: URL, beginning: string): boolean {
  if (!URL.canParse(beginning)) return false;
  const base = new URL(beginning);
  if (target.origin !== base.origin) return false;
  const folder = base.pathname.endsWith('/') ? base.pathname : `${base.pathname}/`;
  return target.pathname === base.pathname || target.pathname.startsWith(folder);
}
