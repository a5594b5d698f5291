/** Commands that an access control list grants; Copy is granted through the others. */
export const ACL_COMMANDS = ['Add', 'Delete', 'Exec', 'Get', 'Replace'] as const;
export type AclCommand = (typeof ACL_COMMANDS)[number];

/** Every server. */
export const ANY_SERVER = '*';

/** Command → server identifiers, or {@link ANY_SERVER} alone; in the order in which they were written. */
export type Acl = ReadonlyMap<AclCommand, readonly string[]>;

/** Text that is no access control list, and where. */
export class AclSyntaxError extends Error {
  override name = 'AclSyntaxError';
}

/** A server identifier that the grammar can hold: printable, without `= & * +` and blanks. */
const SERVER_ID = /^[^=&*+\s\p{Cc}]+$/u;

/**
 * Reads an ACL value, such as `Get=*&Replace=com.example.manage+org.example`. The empty text is an ACL
 * without entries. Where `*` stands beside names, it wins (DM_TND 1.2).
 *
 * @throws {AclSyntaxError}
 */
export function parseAcl(text: string): Acl {
  const acl = new Map<AclCommand, readonly string[]>();
  if (text === '') return acl;
  for (const entry of text.split('&')) {
    const equals = entry.indexOf('=');
    const command = ACL_COMMANDS.find((name) => name === entry.slice(0, Math.max(equals, 0)));
    if (command === undefined)
      throw new AclSyntaxError(
        `ACL entry "${entry}": expected Command=id+id with a Command of ${ACL_COMMANDS.join(', ')}`,
      );
    const ids = entry.slice(equals + 1).split('+');
    for (const id of ids)
      if (id !== ANY_SERVER && !SERVER_ID.test(id))
        throw new AclSyntaxError(
          `ACL entry "${entry}": "${id}" is neither * nor a server identifier without = & * + and blanks`,
        );
    acl.set(command, merged([...(acl.get(command) ?? []), ...ids]));
  }
  return acl;
}

/** The text of an ACL; entries without a server are left out. */
export function formatAcl(acl: Acl): string {
  const entries: string[] = [];
  for (const [command, ids] of acl) if (ids.length > 0) entries.push(`${command}=${ids.join('+')}`);
  return entries.join('&');
}

function merged(ids: readonly string[]): readonly string[] {
  return ids.includes(ANY_SERVER) ? [ANY_SERVER] : [...new Set(ids)];
}

/**
 * Whether an ACL text grants a command to a server. The text is the node's own or the inherited one;
 * it has passed {@link parseAcl} before.
 */
export function permits(acl: string, command: AclCommand, server: string): boolean {
  for (const entry of acl.split('&')) {
    if (!entry.startsWith(command) || entry.charCodeAt(command.length) !== 0x3d) continue;
    const ids = entry.slice(command.length + 1).split('+');
    if (ids.includes(ANY_SERVER) || ids.includes(server)) return true;
  }
  return false;
}

/**
 * The same ACL with some commands granted to a server as well. A server whose identifier no ACL can name
 * gets nothing.
 */
export function grant(acl: string, commands: readonly AclCommand[], server: string): string {
  if (!SERVER_ID.test(server)) return acl;
  const entries = new Map(parseAcl(acl));
  for (const command of commands) entries.set(command, merged([...(entries.get(command) ?? []), server]));
  return formatAcl(entries);
}

/**
 * The same ACL without a server; entries that named nobody else are as in the default, or dropped where that has
 * none.
 */
export function revoke(acl: string, server: string, defaultAcl = ''): string {
  const defaults = parseAcl(defaultAcl);
  const entries = new Map<AclCommand, readonly string[]>();
  for (const [command, ids] of parseAcl(acl)) {
    const others = ids.filter((id) => id !== server);
    entries.set(command, others.length > 0 ? others : (defaults.get(command) ?? []));
  }
  return formatAcl(entries) || defaultAcl;
}
