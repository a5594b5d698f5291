import { decodeUtf8Leniently, type Utf8Text } from '../octets/index.ts';
import {
  DEFAULT_LIMITS,
  type Deviations,
  type DocumentType,
  type Element,
  elementOf,
  excerpt,
  LimitError,
  type Limits,
  MalformedError,
  METINF,
  type ReadingRule,
  SYNCML,
  SYNCML_1_2,
  type TokenSink,
} from '../vocabulary/index.ts';
import { settleItem, textOf } from './item.ts';
import { type Encoding, embeddedMarkup, MarkupBuilder } from './markup.ts';
import { COMMAND_PLANS, commandPlan, MESSAGE, type Plan, type Slot } from './plan.ts';
import type { Content, Cred, Item, Message, Meta, UnknownCommand } from './schema.ts';

type Value = Record<string, unknown>;

const encoder = new TextEncoder();

const METINF_ROOT = elementOf(METINF, 'MetInf');
const META = elementOf(SYNCML, 'Meta');
const ITEM = elementOf(SYNCML, 'Item');
const CRED = elementOf(SYNCML, 'Cred');
const CMD_ID = elementOf(SYNCML, 'CmdID');
/** The largest number that is taken; sizes beyond it mean "no limit" all the same. */
const LARGEST = 0xffffffff;
/** Characters up to this one, and some from the next on, may be white space. */
const BLANK = 0x20;
const ASCII_END = 0x7f;

/** Makes a message of tokens, as the schema says, and notes what is not as the standard says. */
export class MessageReader implements TokenSink {
  readonly #encoding: Encoding;
  readonly #limits: Limits;
  readonly #deviations: Deviations;

  /** The structs that are open: their plans, their values, the slots seen, the last slot's place. */
  readonly #plans: Plan[] = [];
  readonly #values: Value[] = [];
  readonly #seen: number[] = [];
  readonly #last: number[] = [];
  #top = -1;

  /** The slot whose text is being read, and what was read of it. */
  #leaf: Slot | undefined;
  #text = '';
  /** OPAQUEs of the slot, and the text before each. */
  readonly #parts: (string | Uint8Array)[] = [];
  #markup: MarkupBuilder | undefined;

  /** Elements open inside one that is skipped, itself included. */
  #skipped = 0;
  #unknown: UnknownCommand | undefined;
  /** Whether the CmdID of an unknown command is being read. */
  #unknownCmdID = false;

  #commands = 0;
  #items = 0;
  readonly #message: Value = {};

  /** The document type, which says the version of the representation protocol. */
  type: DocumentType = SYNCML_1_2;

  constructor(encoding: Encoding, limits: Limits = DEFAULT_LIMITS, deviations: Deviations) {
    this.#encoding = encoding;
    this.#limits = limits;
    this.#deviations = deviations;
  }

  /** The message, once the reader has read a whole document. */
  get message(): Message {
    return this.#message as unknown as Message;
  }

  begin(type: DocumentType): void {
    this.type = type;
  }

  start(element: Element): void {
    if (this.#skipped > 0) {
      this.#skipped++;
      this.#unknownCmdID = this.#skipped === 2 && element === CMD_ID;
    } else if (this.#leaf !== undefined) {
      this.#startInLeaf(this.#leaf, element);
    } else if (this.#top < 0) {
      if (element !== MESSAGE.element)
        throw new MalformedError(`document element ${element.name}; expected SyncML`);
      this.#open(MESSAGE, this.#message);
    } else {
      const plan = this.#plans[this.#top] as Plan;
      const slot = plan.find(element);
      if (slot !== undefined) this.#startSlot(slot);
      else if (plan.commands !== undefined) this.#startCommand(plan.commands, element);
      else if (element === METINF_ROOT && plan.element === META) this.#reopen();
      else this.#skip('element-unknown', element, 'an element of the standard');
    }
  }

  text(value: string): void {
    if (this.#skipped > 0) {
      if (this.#unknownCmdID && this.#unknown !== undefined) this.#unknown.cmdID += value.trim();
    } else if (this.#markup !== undefined) {
      this.#markup.text(value);
    } else if (this.#leaf !== undefined) {
      this.#text += value;
    } else if (value.trim() !== '') {
      this.#note('element-content', `text ${excerpt(value)}`, 'elements only');
    }
  }

  run(source: Utf8Text, start: number, end: number, ascii: boolean): void {
    this.text(source.slice(start, end, ascii));
  }

  opaque(value: Uint8Array): void {
    const leaf = this.#leaf;
    if (this.#markup !== undefined) {
      this.#markup.opaque(value);
    } else if (this.#skipped > 0 || leaf?.kind !== 'content') {
      const text = decodeUtf8Leniently(value);
      if (text.includes('\ufffd')) this.#note('value-text', 'bytes', 'text');
      this.text(text);
    } else {
      this.#parts.push(this.#text, value.slice());
      this.#text = '';
    }
  }

  end(): void {
    if (this.#skipped > 0) {
      this.#skipped--;
      this.#unknownCmdID = false;
    } else if (this.#markup !== undefined && this.#markup.depth > 1) {
      this.#markup.end();
    } else if (this.#leaf !== undefined) {
      this.#endLeaf(this.#leaf);
    } else {
      this.#close();
    }
  }

  #open(plan: Plan, value: Value): void {
    const top = ++this.#top;
    this.#plans[top] = plan;
    this.#values[top] = value;
    this.#seen[top] = 0;
    this.#last[top] = -1;
  }

  /** Opens the same struct once more, so that what comes is added to it. */
  #reopen(): void {
    const top = this.#top;
    this.#open(this.#plans[top] as Plan, this.#values[top] as Value);
    this.#seen[top + 1] = this.#seen[top] as number;
  }

  #startSlot(slot: Slot): void {
    const top = this.#top;
    const value = this.#values[top] as Value;
    const seen = this.#seen[top] as number;
    if (slot.index < (this.#last[top] as number)) this.#noteOrder(slot);
    else this.#last[top] = slot.index;
    if ((seen & slot.bit) !== 0 && !slot.many) {
      this.#note('element-once', `a second ${slot.element.name}`, 'one');
      if (slot.element === META) this.#open(slot.plan as Plan, value[slot.key] as Value);
      else this.#skipped = 1;
      return;
    }
    this.#seen[top] = seen | slot.bit;
    if (slot.plan === undefined) {
      this.#leaf = slot;
      this.#text = '';
      return;
    }
    if (slot.element === ITEM && ++this.#items > this.#limits.items) {
      throw new LimitError(`more than ${this.#limits.items} Items in a message`);
    }
    const child: Value = {};
    if (!slot.many) value[slot.key] = child;
    else if ((seen & slot.bit) !== 0) (value[slot.key] as Value[]).push(child);
    else value[slot.key] = [child];
    this.#open(slot.plan, child);
  }

  #startCommand(slot: Slot, element: Element): void {
    const top = this.#top;
    const value = this.#values[top] as Value;
    if (++this.#commands > this.#limits.commands) {
      throw new LimitError(`more than ${this.#limits.commands} commands in a message`);
    }
    if (slot.index < (this.#last[top] as number))
      this.#note('final-last', `${element.name} behind Final`, 'Final last');
    const plan = commandPlan(element);
    const command: Value =
      plan === undefined ? { name: 'Unknown', element: element.name, cmdID: '' } : { name: element.name };
    if (((this.#seen[top] as number) & slot.bit) !== 0) (value[slot.key] as Value[]).push(command);
    else value[slot.key] = [command];
    this.#seen[top] = (this.#seen[top] as number) | slot.bit;
    if (plan !== undefined) {
      this.#open(plan, command);
      return;
    }
    this.#note('command-unknown', `<${element.name}>`, `one of ${[...COMMAND_PLANS.keys()].join(', ')}`);
    this.#unknown = command as unknown as UnknownCommand;
    this.#skipped = 1;
  }

  #startInLeaf(leaf: Slot, element: Element): void {
    if (leaf.kind === 'content') this.#mix(leaf.element).start(element);
    else this.#skip('element-content', element, 'text only');
  }

  #skip(rule: ReadingRule, element: Element, expected: string): void {
    this.#note(rule, `<${element.name}>`, expected);
    this.#skipped = 1;
    this.#unknown = undefined;
  }

  /** Turns a content that is more than one text or one OPAQUE into markup around what there is already. */
  #mix(around: Element): MarkupBuilder {
    if (this.#markup === undefined) {
      this.#markup = new MarkupBuilder();
      this.#markup.start(around);
      for (const part of [...this.#parts, this.#text]) {
        if (part instanceof Uint8Array) this.#markup.opaque(part);
        else if (part !== '') this.#markup.text(part);
      }
    }
    return this.#markup;
  }

  #endLeaf(slot: Slot): void {
    const value = this.#values[this.#top] as Value;
    const read = this.#leafValue(slot);
    this.#leaf = undefined;
    if (this.#parts.length > 0) this.#parts.length = 0;
    this.#markup = undefined;
    if (read === undefined) return;
    if (!slot.many) value[slot.key] = read;
    else if (value[slot.key] === undefined) value[slot.key] = [read];
    else (value[slot.key] as unknown[]).push(read);
  }

  #leafValue(slot: Slot): unknown {
    const text = this.#text;
    switch (slot.kind) {
      case 'content':
        return this.#content();
      case 'flag':
        return true;
      case 'int':
        return this.#integer(slot, text);
      case 'token':
        return this.#trimmed(slot, text);
      default:
        return text;
    }
  }

  #content(): Content {
    if (this.#markup !== undefined) {
      this.#markup.end();
      const around = this.#markup.root;
      const only = around?.children.length === 1 ? around.children[0] : undefined;
      if (around !== undefined) return typeof only === 'object' && 'element' in only ? only : around;
    }
    if (this.#parts.length > 0) return joined([...this.#parts, this.#text]);
    return this.#text;
  }

  #trimmed(slot: Slot, text: string): string {
    const last = text.charCodeAt(text.length - 1);
    const first = text.charCodeAt(0);
    if (first > BLANK && first < ASCII_END && last > BLANK && last < ASCII_END) return text;
    const trimmed = text.trim();
    if (trimmed.length !== text.length)
      this.#noteIn('value-blanks', slot, excerpt(text), 'no blanks around it');
    return trimmed;
  }

  #integer(slot: Slot, text: string): number | undefined {
    const trimmed = this.#trimmed(slot, text);
    const number = decimal(trimmed);
    if (number <= LARGEST) return number;
    this.#noteIn('value-number', slot, excerpt(text), `a number from 0 to ${LARGEST}`);
    if (number > LARGEST) return LARGEST;
    return slot.required ? 0 : undefined;
  }

  #close(): void {
    const top = this.#top;
    const plan = this.#plans[top] as Plan;
    const value = this.#values[top] as Value;
    const seen = this.#seen[top] as number;
    if ((seen & plan.wanted) !== plan.wanted) this.#complete(plan, value, seen);
    if (plan.element === CRED) {
      const cred = value as Cred;
      cred.data = textOf(cred.data);
    } else if (plan.element === ITEM) {
      const deviates = settleItem(
        value as Item,
        this.#values[top - 1]?.meta as Meta | undefined,
        this.#encoding,
      );
      if (deviates) this.#note('format-bin', 'Meta Format bin', 'b64 in XML');
    }
    this.#top = top - 1;
    // A wrapper around the fields of a struct hands on what was seen in it.
    if (this.#values[top - 1] === value) this.#seen[top - 1] = (this.#seen[top - 1] as number) | seen;
  }

  /** Fills in what a struct lacks. */
  #complete(plan: Plan, value: Value, seen: number): void {
    for (const slot of plan.slots) {
      if ((seen & slot.bit) !== 0 || (plan.wanted & slot.bit) === 0) continue;
      if (slot.expected) {
        if (slot.required && slot.kind === 'struct') {
          throw new MalformedError(`${this.#path()} without ${slot.element.name}`);
        }
        this.#note('element-missing', `no ${slot.element.name}`, 'one');
      }
      if (!slot.required || value[slot.key] !== undefined) continue;
      if (slot.many) value[slot.key] = [];
      else value[slot.key] = slot.kind === 'int' ? 0 : '';
    }
  }

  #noteOrder(slot: Slot): void {
    const plan = this.#plans[this.#top] as Plan;
    if (!plan.ordered) return;
    const before = plan.slots[this.#last[this.#top] as number];
    this.#note('element-order', `${slot.element.name} behind ${before?.element.name}`, 'the other order');
  }

  #noteIn(rule: ReadingRule, slot: Slot, found: string, expected: string): void {
    // To count where a command stands among many takes longer than to read it.
    if (this.#deviations.isFull) return;
    this.#deviations.note(rule, `${this.#path()}/${slot.element.name}`, found, expected);
  }

  #note(rule: ReadingRule, found: string, expected: string): void {
    if (this.#deviations.isFull) return;
    this.#deviations.note(rule, this.#path(), found, expected);
  }

  /** Names of the open elements; of a command and an Item also which of its kind it is, counted from 1. */
  #path(): string {
    return this.#plans
      .slice(0, this.#top + 1)
      .map(({ element }, level) => element.name + this.#place(element, level))
      .join('/');
  }

  #place(element: Element, level: number): string {
    const around = this.#values[level - 1];
    if (element === ITEM) return `[${(around?.items as unknown[] | undefined)?.length ?? 1}]`;
    const commands =
      commandPlan(element) === undefined ? undefined : (around?.commands as Value[] | undefined);
    if (commands === undefined) return '';
    return `[${commands.filter(({ name }) => name === element.name).length}]`;
  }
}

/** The number that decimal digits stand for; NaN for anything else. */
function decimal(text: string): number {
  let number = text === '' ? Number.NaN : 0;
  for (let i = 0; i < text.length; i++) {
    const digit = text.charCodeAt(i) - 0x30;
    if (digit < 0 || digit > 9) return Number.NaN;
    number = number * 10 + digit;
  }
  return number;
}

/** The value that several texts and OPAQUEs are; white space beside an embedded document is not a part of it. */
function joined(parts: readonly (string | Uint8Array)[]): Uint8Array {
  const solid = parts.filter((part) => typeof part === 'object' || part.trim() !== '');
  const only = solid[0];
  if (solid.length === 1 && only instanceof Uint8Array && embeddedMarkup(only) !== undefined) return only;
  const bytes = parts.map((part) => (typeof part === 'string' ? encoder.encode(part) : part));
  const all = new Uint8Array(bytes.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of bytes) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
