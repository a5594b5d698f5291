import type { DecodedMessage, Message } from '../syncml/index.ts';
import { type Finding, lintMessage } from './lint.ts';
import type { LintContext, Sender } from './rule.ts';
import { senderOf } from './view.ts';

/** Holds messages that travelled one after the other against the rules, and those of one session against one another. */
export class Conversation {
  readonly #last = new Map<Sender, Message>();

  /** What is not as the standard says in the next message. */
  lint(decoded: DecodedMessage, context: Omit<LintContext, 'answers' | 'before'> = {}): Finding[] {
    const { message } = decoded;
    const sender = context.sender ?? senderOf(message);
    if (sender === undefined) return lintMessage(decoded, context);
    const answers = this.#of(sender === 'client' ? 'server' : 'client', message);
    const before = this.#of(sender, message);
    this.#last.set(sender, message);
    return lintMessage(decoded, { ...context, sender, answers, before });
  }

  #of(sender: Sender, { header }: Message): Message | undefined {
    const last = this.#last.get(sender);
    return last?.header.sessionID === header.sessionID ? last : undefined;
  }
}
