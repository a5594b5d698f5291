import type { Content, Item, Message } from '@grove/protocol';
import { type Account, type SessionState, serverCred } from '../../session/index.ts';

/** Nodes whose values nobody should read in a trace: AAuthSecret, AuthSecret, …PW, passwords and PINs. */
const SECRET_NODE = /(?:secret|passw(?:or)?d|passphrase|[^a-z]pin|pw)$/i;

/**
 * The values of a message and its answer that a trace may not show: the credentials of both sides and
 * what is written to or read from secret nodes.
 */
export function secretsOf(message: Message, account: Account, state: SessionState): (string | Uint8Array)[] {
  const secrets: (string | Uint8Array)[] = [];
  const keep = (content: Content | undefined): void => {
    if ((typeof content === 'string' || content instanceof Uint8Array) && content.length > 0)
      secrets.push(content);
  };
  keep(message.header.cred?.data);
  keep(serverCred(state, account)?.data);
  for (const command of message.body.commands) {
    if (command.name !== 'Results') continue;
    for (const item of command.items) if (isSecret(item)) keep(item.data);
  }
  for (const { request } of state.sent) if (SECRET_NODE.test(request.uri)) keep(request.value);
  return secrets;
}

function isSecret({ source, target }: Item): boolean {
  return SECRET_NODE.test(source?.locURI ?? target?.locURI ?? '');
}
