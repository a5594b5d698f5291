import { EncodeError, type TokenSink } from '../vocabulary/index.ts';
import { pushMarkup } from './markup.ts';
import { COMMAND_PLANS, MESSAGE, type Plan, type Slot } from './plan.ts';
import type { Command, Content, Message } from './schema.ts';

type Value = Readonly<Record<string, unknown>>;

/**
 * Pushes the tokens of a message into a sink, in the order of the schema.
 *
 * @throws {EncodeError} when the message holds what no message may hold.
 */
export function pushMessage(message: Message, sink: TokenSink): void {
  pushStruct(MESSAGE, message as unknown as Value, sink);
}

function pushStruct(plan: Plan, value: Value, sink: TokenSink): void {
  sink.start(plan.element);
  for (const slot of plan.slots) {
    const field = value[slot.key];
    if (field === undefined) {
      if (slot.required) throw new EncodeError(`${plan.element.name} without ${slot.key}`);
    } else if (slot.many) {
      for (const each of field as readonly unknown[]) pushField(slot, each, sink);
    } else {
      pushField(slot, field, sink);
    }
  }
  sink.end();
}

function pushField(slot: Slot, value: unknown, sink: TokenSink): void {
  if (slot.kind === 'commands') {
    pushCommand(value as Command, sink);
    return;
  }
  if (slot.plan !== undefined) {
    pushStruct(slot.plan, value as Value, sink);
    return;
  }
  if (slot.kind === 'flag' && value !== true) return;
  sink.start(slot.element);
  if (slot.kind === 'content') pushContent(slot, value as Content, sink);
  else if (slot.kind === 'int') sink.text(decimal(slot, value as number));
  else if (slot.kind !== 'flag' && value !== '') sink.text(value as string);
  sink.end();
}

function pushCommand(command: Command, sink: TokenSink): void {
  const plan = COMMAND_PLANS.get(command.name);
  if (plan === undefined) throw new EncodeError(`${command.name} is not a command that can be sent`);
  pushStruct(plan, command as unknown as Value, sink);
}

function pushContent(slot: Slot, value: Content, sink: TokenSink): void {
  if (typeof value === 'string') {
    if (value !== '') sink.text(value);
  } else if (value instanceof Uint8Array) {
    sink.opaque(value);
  } else if (value.element === slot.element) {
    // Mixed content: the markup is the field's own element around several things.
    for (const child of value.children) {
      if (typeof child === 'string') sink.text(child);
      else if (child instanceof Uint8Array) sink.opaque(child);
      else pushMarkup(child, sink);
    }
  } else {
    pushMarkup(value, sink);
  }
}

function decimal(slot: Slot, value: number): string {
  if (Number.isSafeInteger(value) && value >= 0) return String(value);
  throw new EncodeError(`${slot.element.name} is ${value}; expected a whole number`);
}
