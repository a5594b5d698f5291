/**
 * Whether a connection may use an API.
 *
 * @param localAddress the address of this machine that it came to
 * @param apiHost the address at which the API answers besides loopback; `*` for all
 */
export function mayUseApi(localAddress: string | undefined, apiHost: string | undefined): boolean {
  const address = (localAddress ?? '').replace(/^::ffff:/i, '');
  return apiHost === '*' || address === '::1' || address.startsWith('127.') || address === apiHost;
}
