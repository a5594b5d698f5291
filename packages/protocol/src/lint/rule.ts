import type { Command, Container, Encoding, Item, Message, SyncMLVersion } from '../syncml/index.ts';
import type { RuleText } from '../vocabulary/index.ts';

/** Who has written a message. */
export type Sender = 'client' | 'server';

/** How a message travelled. */
export interface Transport {
  /** Content-Type, with its parameters. */
  readonly contentType?: string | undefined;
  /** x-syncml-hmac. */
  readonly mac?: string | undefined;
}

/** What is known around a message; what is not known, no rule minds. */
export interface LintContext {
  /** Who has written it; guessed unless given. */
  readonly sender?: Sender | undefined;
  /** The other side's message that it answers. */
  readonly answers?: Message | undefined;
  /** The message that the same side sent before. */
  readonly before?: Message | undefined;
  /** How long the message is, in bytes. */
  readonly bytes?: number | undefined;
  readonly transport?: Transport | undefined;
}

/** A message as the rules look at it. */
export interface MessageView extends Omit<LintContext, 'sender'> {
  readonly message: Message;
  readonly version: SyncMLVersion;
  readonly encoding: Encoding;
  /** Undefined where nothing in the message tells. */
  readonly sender: Sender | undefined;
  /** All commands in their order, those in an Atomic or a Sequence behind it. */
  readonly commands: readonly CommandView[];
}

/** A command as the rules look at it. */
export interface CommandView<C extends Command = Command> {
  readonly command: C;
  /** `SyncML/SyncBody/Atomic[1]/Add[2]` */
  readonly path: string;
  /** The Atomic or the Sequence that it stands in. */
  readonly parent: CommandView<Container> | undefined;
}

/** A command that has Items. */
export type ItemCommand = Extract<Command, { items: Item[] }>;

/** An Item as the rules look at it. */
export interface ItemView {
  readonly item: Item;
  readonly command: ItemCommand;
  /** Meta Format and Type in force, as they are written; undefined where neither Meta has one. */
  readonly format: string | undefined;
  readonly type: string | undefined;
}

/** What breaks a rule. */
export interface Fault {
  readonly found: string;
  readonly expected: string;
  /** Path of the element below what was looked at. */
  readonly at?: string;
}

type Faults = Fault | readonly Fault[] | undefined;

/** A rule, and how it is checked: on each message, each command, or each Item. */
export type Rule = RuleText & { readonly id: string } & (
    | { readonly message: (message: MessageView) => Faults }
    | { readonly command: (command: CommandView, message: MessageView) => Faults }
    | { readonly item: (item: ItemView, message: MessageView) => Faults }
  );

/** Whether a value was overwritten before it was kept, as Grove does with secrets: nothing can be said of it. */
export function isMasked(text: unknown): boolean {
  return typeof text === 'string' && /^\*+$/.test(text);
}

/** A fault, where the condition does not hold. */
export function unless(holds: boolean, found: string, expected: string, at?: string): Fault | undefined {
  if (holds) return undefined;
  return { found, expected, ...(at === undefined ? {} : { at }) };
}
