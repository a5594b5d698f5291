/**
 * Email: an account of a mail program. Grove's own object: no registered one was at hand. Its leaves are the
 * counterparts of what provisioning documents have for mail (applications 25 for SMTP, 110 for POP3, 143 for IMAP4).
 */
import { branchNodes } from '../branch.ts';
import { interior, leaf, MANAGE, WRITE } from '../describe.ts';
import { count, type Fields, fieldNodes, flag, readFields, text, word } from '../fields.ts';
import { instanceNode, type ManagementObject, type NodeValue, type TreeReader } from '../object.ts';

const URN = 'com.example.grove/1.0/Email';

export const EMAIL_URI = './Email';

/** How mail is fetched. */
export const MAIL_PROTOCOLS = ['IMAP4', 'POP3'] as const;
export type MailProtocol = (typeof MAIL_PROTOCOLS)[number];

const PORTS = { allowed: { least: 1, most: 65_535 } } as const;

export const EMAIL_OBJECT: ManagementObject = {
  urn: URN,
  title: 'E-mail',
  ddf: interior(
    undefined,
    MANAGE,
    'ZeroOrMore',
    'One account of the mail program',
    [
      leaf('Name', MANAGE, 'ZeroOrOne', 'Name to show'),
      leaf('Address', MANAGE, 'One', 'Address that mail is sent from'),
      leaf('PrefConRef', MANAGE, 'ZeroOrOne', 'URI of the preferred connectivity object'),
      interior('Incoming', MANAGE, 'One', 'Where mail is fetched', [
        leaf('Protocol', MANAGE, 'One', 'How', 'chr', { allowed: { values: MAIL_PROTOCOLS } }),
        leaf('Addr', MANAGE, 'One', 'Host name of the server'),
        leaf('PortNbr', MANAGE, 'ZeroOrOne', 'Its port', 'int', PORTS),
        leaf('TLS', MANAGE, 'ZeroOrOne', 'Whether only by TLS', 'bool'),
      ]),
      interior('Outgoing', MANAGE, 'ZeroOrOne', 'Where mail is sent', [
        leaf('Addr', MANAGE, 'One', 'Host name of the server'),
        leaf('PortNbr', MANAGE, 'ZeroOrOne', 'Its port', 'int', PORTS),
        leaf('TLS', MANAGE, 'ZeroOrOne', 'Whether only by TLS', 'bool'),
      ]),
      leaf('User', MANAGE, 'ZeroOrOne', 'User name on both servers'),
      leaf('Secret', WRITE, 'ZeroOrOne', 'Password'),
    ],
    { path: EMAIL_URI, types: [URN] },
  ),
};

/** An account of a mail program. */
export interface EmailAccount {
  /** Name to show. */
  readonly name?: string | undefined;
  /** Address that mail is sent from. */
  readonly address: string;
  /** URI of the preferred connectivity object. */
  readonly prefConRef?: string | undefined;
  readonly protocol: MailProtocol;
  /** Host name of the server from which mail is fetched. */
  readonly incoming: string;
  readonly incomingPort?: number | undefined;
  readonly incomingTls?: boolean | undefined;
  /** Host name of the server that mail is handed to. */
  readonly outgoing?: string | undefined;
  readonly outgoingPort?: number | undefined;
  readonly outgoingTls?: boolean | undefined;
  readonly user?: string | undefined;
  /** Password; no server may read it back. */
  readonly secret?: string | undefined;
}

const FIELDS: Fields<EmailAccount> = {
  name: text('Name'),
  address: text('Address'),
  prefConRef: text('PrefConRef'),
  protocol: word('Incoming/Protocol', MAIL_PROTOCOLS),
  incoming: text('Incoming/Addr'),
  incomingPort: count('Incoming/PortNbr', 'int'),
  incomingTls: flag('Incoming/TLS'),
  outgoing: text('Outgoing/Addr'),
  outgoingPort: count('Outgoing/PortNbr', 'int'),
  outgoingTls: flag('Outgoing/TLS'),
  user: text('User'),
  secret: text('Secret'),
};

/**
 * The nodes of an account.
 *
 * @param root URI of the instance, `./Email/Work`.
 */
export function emailNodes(root: string, account: EmailAccount): NodeValue[] {
  return [instanceNode(root, EMAIL_OBJECT), ...branchNodes(root, fieldNodes(FIELDS, root, account))];
}

/** An account as far as it is known. */
export function readEmail(root: string, tree: TreeReader): Partial<EmailAccount> {
  return readFields(FIELDS, root, tree);
}
