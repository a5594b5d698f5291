/**
 * For tests: what a tree must look like if every Status that a device has given is true. It knows no rights and no
 * descriptions: it does blindly what a Status says was done.
 */
import {
  type Command,
  type Content,
  contentMarkup,
  DEVICE,
  type Item,
  isMarkup,
  isStored,
  itemFormat,
  itemType,
  type LeafData,
  type ManagementTree,
  type Meta,
  parseAcl,
  type Results,
  readTnds,
  type Status,
  serializeMarkup,
  Uri,
} from '@grove/protocol';
import type { ContentStore } from '../content-store/index.ts';

interface Node {
  /** What the value may be, as base64; undefined for an interior node. */
  readonly values: ReadonlySet<string> | undefined;
  /** Its own ACL and Title, once they are known. */
  readonly acl?: string | undefined;
  readonly title?: string | undefined;
}

/** Parts of a value that were taken, and whether nothing else came between them. */
interface Parts {
  readonly command: string;
  readonly uri: string;
  /** That of the first. */
  readonly meta: Meta | undefined;
  readonly data: readonly Content[];
  clean: boolean;
}

/** A server's message, once it was taken. */
export interface Taken {
  readonly msgID: number;
  readonly commands: readonly Command[];
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
const bytesOf = (data: Content): Buffer => Buffer.from(isMarkup(data) ? serializeMarkup(data, 'xml') : data);
/** Parts, and what was not carried out or undone, are 2xx too. */
const NOT_DONE: ReadonlySet<number> = new Set([213, 214, 215, 216]);
const isDone = (code: number): boolean => code >= 200 && code < 300 && !NOT_DONE.has(code);

function canonical(address: string): string {
  const names = address
    .trim()
    .split('?')[0]
    ?.split('/')
    .filter((name) => name !== '' && name !== '.');
  return ['.', ...(names ?? [])].join('/');
}
const parentOf = (uri: string): string => uri.slice(0, Math.max(1, uri.lastIndexOf('/')));
const isBelow = (uri: string, top: string): boolean => uri.startsWith(`${top}/`);

/** What a leaf may hold that was given a Data. */
function valuesOf(item: Item, meta: Meta | undefined, data: readonly Content[]): Set<string> {
  const whole = Buffer.concat(data.map(bytesOf));
  const text = whole.toString();
  const format = itemFormat(item, meta);
  if (format === 'b64' || format === 'bin') {
    const isBinary = data.some((each) => each instanceof Uint8Array);
    // Parts may be of one encoding in base64, or each of its own.
    const each = Buffer.concat(data.map((part) => Buffer.from(bytesOf(part).toString(), 'base64')));
    return new Set([...(isBinary ? [base64(whole)] : []), base64(Buffer.from(text, 'base64')), base64(each)]);
  }
  const trimmed = text.trim();
  const spellings = [text, ...(format === 'chr' || format === 'xml' ? [] : [trimmed])];
  if (format === 'bool') spellings.push(/^(1|true)$/i.test(trimmed) ? 'true' : 'false');
  return new Set(spellings.map((each) => base64(Buffer.from(each))));
}

/** Entries of an ACL in an order of their own. */
function sortedAcl(text: string): string {
  return [...parseAcl(text)]
    .map(([command, servers]) => `${command}=${[...servers].sort().join('+')}`)
    .sort()
    .join('&');
}

export class Ledger {
  readonly #nodes = new Map<string, Node>();
  #parts: Parts | undefined;
  /** Claims that cannot be true. */
  readonly lies: string[] = [];
  /** Commands that no Status was found for. */
  unanswered = 0;

  static async of(tree: ManagementTree, contents: ContentStore): Promise<Ledger> {
    const ledger = new Ledger();
    for (const { uri, data, acl, title } of tree.list('.', DEVICE)) {
      const values = data === undefined ? undefined : new Set([await rawOf(data, contents)]);
      ledger.#nodes.set(uri, { values, acl: sortedAcl(acl), title });
    }
    return ledger;
  }

  /** Takes note of what the device says it has done for a message. */
  take({ msgID, commands }: Taken, said: readonly Command[]): void {
    const about = <C extends Status | Results>(name: C['name'], { cmdID }: Command): C[] =>
      said.filter(
        (each): each is C =>
          each.name === name && 'cmdRef' in each && each.msgRef === String(msgID) && each.cmdRef === cmdID,
      );
    const visit = (command: Command): void => {
      const statuses = about<Status>('Status', command).map(({ code }) => code);
      if (statuses.length === 0) this.unanswered += 1;
      if (command.name === 'Atomic') {
        this.#soil();
        const whole = isDone(statuses[0] ?? 0);
        const parts = command.commands.flatMap((each) => about<Status>('Status', each));
        if (!whole && parts.some(({ code, cmd }) => isDone(code) && cmd !== 'Alert'))
          this.lies.push('part of an Atomic was done that was not done');
        if (whole) for (const each of command.commands) visit(each);
        return;
      }
      if (command.name === 'Sequence') {
        this.#soil();
        for (const each of command.commands) visit(each);
        return;
      }
      if (!('items' in command) || command.name === 'Alert') return;
      const results = about<Results>('Results', command);
      command.items.forEach((item, index) => {
        const code = statuses[index];
        if (code === undefined) this.unanswered += 1;
        else this.#takeItem(command, item, code, results);
      });
    };
    for (const command of commands) visit(command);
  }

  /** What the tree shows that is not as was claimed. */
  async compare(tree: ManagementTree, contents: ContentStore): Promise<string[]> {
    const wrong: string[] = [];
    const seen = new Set<string>();
    for (const { uri, data, acl, title } of tree.list('.', DEVICE)) {
      seen.add(uri);
      const node = this.#nodes.get(uri);
      if (node === undefined) {
        wrong.push(`${uri} is there`);
        continue;
      }
      const value = data === undefined ? undefined : await rawOf(data, contents);
      if (value === undefined ? node.values !== undefined : !node.values?.has(value))
        wrong.push(
          `${uri} is ${value?.slice(0, 60)}, not ${[...(node.values ?? [])].join(' or ').slice(0, 60)}`,
        );
      if (node.acl !== undefined && sortedAcl(acl) !== node.acl)
        wrong.push(`${uri} has the ACL ${acl}, not ${node.acl}`);
      if (node.title !== undefined && title !== node.title)
        wrong.push(`${uri} has the Title ${title}, not ${node.title}`);
    }
    for (const uri of this.#nodes.keys()) if (!seen.has(uri)) wrong.push(`${uri} is not there`);
    return wrong;
  }

  /** Something came between parts. */
  #soil(): void {
    if (this.#parts !== undefined) this.#parts.clean = false;
  }

  #takeItem(command: Command, item: Item, code: number, results: readonly Results[]): void {
    const address = item.target?.locURI ?? '';
    const uri = canonical(address);
    const meta = 'meta' in command ? command.meta : undefined;
    const parts = this.#parts;
    const goesOn = parts?.command === command.name && parts.uri === address.trim();
    if (code === 213) {
      const before = goesOn ? parts.data : [];
      this.#parts = {
        command: command.name,
        uri: address.trim(),
        meta: goesOn ? parts.meta : { emi: [], ...meta, ...item.meta },
        data: [...before, item.data ?? ''],
        clean: goesOn ? parts.clean : true,
      };
      return;
    }
    if (goesOn) this.#parts = undefined;
    else this.#soil();
    if (!isDone(code)) return;
    const claim = `${command.name} ${address} ${code}`;
    switch (command.name) {
      case 'Add':
      case 'Replace': {
        const whole = goesOn ? [...parts.data, item.data ?? ''] : undefined;
        this.#write(command.name, address, item, meta, goesOn ? { ...parts, data: whole ?? [] } : undefined);
        return;
      }
      case 'Delete':
        if (!this.#nodes.delete(uri)) this.lies.push(`${claim}: nothing is there`);
        this.#clear(uri);
        return;
      case 'Copy': {
        const from = this.#nodes.get(canonical(item.source?.locURI ?? ''));
        if (from?.values === undefined) this.lies.push(`${claim}: there is nothing to copy`);
        else this.#set(uri, from.values);
        return;
      }
      case 'Get':
        this.#compareResults(claim, address, results);
        return;
      default:
    }
  }

  #write(name: string, address: string, item: Item, meta: Meta | undefined, parts: Parts | undefined): void {
    const uri = canonical(address);
    if (parts?.clean) this.#compareSize(`${name} ${address}`, parts);
    const [, query] = address.split('?prop=');
    const node = this.#nodes.get(uri);
    const claim = `${name} ${address}`;
    if (name === 'Replace' && node === undefined) this.lies.push(`${claim}: nothing is there`);
    const about = parts === undefined ? item : { ...item, meta: parts.meta };
    if (query !== undefined) {
      this.#property(
        claim,
        uri,
        query,
        parts === undefined ? bytesOf(item.data ?? '').toString() : undefined,
      );
      return;
    }
    if (name === 'Add' && node !== undefined && !isTree(about, meta))
      this.lies.push(`${claim}: something is there`);
    if (isTree(about, meta)) {
      this.#plant(claim, name === 'Replace' ? uri : undefined, about, meta, parts?.data ?? [item.data ?? '']);
      return;
    }
    if (itemFormat(about, meta) === 'node') {
      if (name === 'Replace') this.lies.push(`${claim}: an interior node has no value`);
      this.#set(uri, undefined);
      return;
    }
    if (name === 'Replace' && node?.values === undefined)
      this.lies.push(`${claim}: an interior node has no value`);
    const whole = valuesOf(about, meta, parts?.data ?? [item.data ?? '']);
    const isClear = parts === undefined || parts.clean;
    this.#set(uri, isClear ? whole : new Set([...whole, ...valuesOf(item, meta, [item.data ?? ''])]));
  }

  /** A value that came in parts is as large as was told of it, as it travels or for itself. */
  #compareSize(claim: string, { meta, data }: Parts): void {
    const sizeOf = (bytes: readonly Buffer[]): number => bytes.reduce((sum, { length }) => sum + length, 0);
    const travelled = sizeOf(data.map(bytesOf));
    const raw = sizeOf(data.map((each) => Buffer.from(bytesOf(each).toString(), 'base64')));
    const whole = sizeOf([Buffer.from(Buffer.concat(data.map(bytesOf)).toString(), 'base64')]);
    if (![travelled, raw, whole].includes(meta?.size ?? -1))
      this.lies.push(`${claim}: it is not of the size told`);
  }

  #property(claim: string, uri: string, name: string, text: string | undefined): void {
    const node = this.#nodes.get(uri);
    if (node === undefined) return;
    if (name === 'ACL')
      this.#nodes.set(uri, { ...node, acl: text === undefined ? undefined : sortedAcl(text) });
    else if (name === 'Title') this.#nodes.set(uri, { ...node, title: text });
    else if (name !== 'Name' || text === undefined) this.lies.push(`${claim}: it is read only`);
    else {
      const to = `${parentOf(uri)}/${text}`;
      if (to !== uri && this.#nodes.has(to)) this.lies.push(`${claim}: ${to} is there`);
      for (const [each, kept] of [...this.#nodes]) {
        if (each !== uri && !isBelow(each, uri)) continue;
        this.#nodes.delete(each);
        this.#nodes.set(to + each.slice(uri.length), kept);
      }
    }
  }

  #plant(
    claim: string,
    replaced: string | undefined,
    item: Item,
    meta: Meta | undefined,
    data: readonly Content[],
  ): void {
    const [only, ...more] = data;
    const content =
      more.length === 0 && only !== undefined ? only : Buffer.concat(data.map(bytesOf)).toString();
    const markup = contentMarkup(content, itemFormat(item, meta));
    if (markup === undefined) {
      this.lies.push(`${claim}: there is no serialized tree`);
      return;
    }
    const nodes = readTnds(markup, Uri.parse(item.target?.locURI ?? '', { deviation: () => {} }));
    if (replaced !== undefined) this.#clear(replaced);
    for (const { uri, format, data: held = '', acl, title } of nodes) {
      const before = this.#nodes.get(uri);
      if (before !== undefined && uri !== replaced) this.lies.push(`${claim}: ${uri} is there`);
      this.#set(
        uri,
        format === 'node' ? undefined : valuesOf({ meta: { format, emi: [] } }, undefined, [held]),
      );
      const node = this.#nodes.get(uri);
      if (node === undefined) continue;
      if (acl !== undefined && acl !== '') this.#nodes.set(uri, { ...node, acl: sortedAcl(acl) });
      if (title !== undefined && title !== '')
        this.#nodes.set(uri, { ...(this.#nodes.get(uri) ?? node), title });
    }
  }

  #set(uri: string, values: Node['values']): void {
    for (let above = parentOf(uri); !this.#nodes.has(above); above = parentOf(above))
      this.#nodes.set(above, { values: undefined });
    this.#nodes.set(uri, { ...this.#nodes.get(uri), values });
  }

  #clear(top: string): void {
    for (const uri of [...this.#nodes.keys()]) if (isBelow(uri, top)) this.#nodes.delete(uri);
  }

  #compareResults(claim: string, address: string, results: readonly Results[]): void {
    const node = this.#nodes.get(canonical(address));
    if (node === undefined) this.lies.push(`${claim}: nothing is there`);
    const [only, ...more] = results.flatMap(({ items }) => items);
    if (address.includes('?') || node?.values === undefined || more.length > 0 || only?.moreData) return;
    const values = valuesOf({ meta: only?.meta }, undefined, [only?.data ?? '']);
    if (![...values].some((each) => node.values?.has(each))) this.lies.push(`${claim}: it has another value`);
  }
}

function isTree(item: Item, meta: Meta | undefined): boolean {
  return itemType(item, meta).startsWith('application/vnd.syncml.dmtnds');
}

async function rawOf(data: LeafData, contents: ContentStore): Promise<string> {
  if (isStored(data)) return base64(await contents.read(data.stored, 0, data.size));
  return base64(Buffer.from(data));
}
