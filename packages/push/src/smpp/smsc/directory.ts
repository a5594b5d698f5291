/** Which session takes what is for a number, or an account. */
import type { Link } from '../link/index.ts';

export interface Session {
  readonly link: Link;
  systemId: string;
  /** undefined = not bound. */
  as: 'bind_transmitter' | 'bind_receiver' | 'bind_transceiver' | undefined;
  range: NumberRange | undefined;
}

export interface NumberRange {
  readonly kind: 'number' | 'prefix';
  /** Digits, or letters of an alphanumeric address. */
  readonly text: string;
}

/**
 * Reads the address_range of a bind (SMPP 3.4, 5.2.7). The standard makes it a regular expression of UNIX; those that people
 * write name a number, or how numbers begin: `441632960001`, `^441632960001$`, `^44163296`, `44163296*`. No others are taken,
 * so that none takes time.
 *
 * @returns `none` for an empty one; undefined where it is none of these
 */
export function readRange(text: string): NumberRange | 'none' | undefined {
  if (text === '') return 'none';
  const match = /^(\^?)(\+?\w+)(\$|\.?\*)?$/.exec(text);
  if (match === null) return undefined;
  const [, start = '', number = '', end = ''] = match;
  const prefix = end.endsWith('*') || (start === '^' && end === '');
  return { kind: prefix ? 'prefix' : 'number', text: plainNumber(number) };
}

/** A number as it is compared: without `+` and what people put between digits. */
function plainNumber(address: string): string {
  return /^[+\d\s()./-]+$/.test(address) ? address.replace(/\D/g, '') : address;
}

/** The mailbox of a number. */
export const mailboxOf = (address: string) => `number ${plainNumber(address)}`;
/** The mailbox of an account's receipts. */
export const receiptsOf = (systemId: string) => `receipts ${systemId}`;

export function createDirectory() {
  const exact = new Map<string, Set<Session>>();
  const prefixes = new Set<Session>();

  const keysOf = ({ systemId, range }: Session) => [
    receiptsOf(systemId),
    ...(range?.kind === 'number' ? [mailboxOf(range.text)] : []),
  ];

  return {
    /** Notes a session that is bound as receiver or transceiver. */
    add(session: Session): void {
      for (const key of keysOf(session)) exact.set(key, (exact.get(key) ?? new Set()).add(session));
      if (session.range?.kind === 'prefix') prefixes.add(session);
    },
    remove(session: Session): void {
      for (const key of keysOf(session)) {
        const serving = exact.get(key);
        serving?.delete(session);
        if (serving?.size === 0) exact.delete(key);
      }
      prefixes.delete(session);
    },
    /**
     * The session that was bound last for what is in a mailbox. Whole numbers count before their beginnings; receipts go to
     * a session without numbers, where the account has one: others of it may be phones.
     */
    find(key: string): Session | undefined {
      const serving = exact.get(key);
      if (serving !== undefined) {
        const all = [...serving];
        return (
          all.findLast(({ systemId, range }) => range === undefined && key === receiptsOf(systemId)) ??
          all.at(-1)
        );
      }
      return [...prefixes].findLast((session) => key.startsWith(mailboxOf(session.range?.text ?? '')));
    },
  };
}

export type Directory = ReturnType<typeof createDirectory>;
