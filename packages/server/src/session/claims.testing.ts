/**
 * For tests: what a device's Statuses allow to be said of work. It knows nothing of how work proceeds: only what was
 * sent, what was said of it, and what a step must at least have been told to have succeeded.
 */
import { type Alert, type Command, type Item, isMarkup, type Status } from '@grove/protocol';
import type { Step, WorkResult } from '../steps/index.ts';

type Ask = Extract<Step, { kind: 'ask' }>;
type Tree = Extract<Step, { kind: 'tree' }>;

/** A command as it was sent once. */
interface Sent {
  readonly session: number;
  readonly msgID: string;
  readonly cmdID: string;
  readonly name: string;
  /** The node, or the text of a question. */
  readonly about: string;
  readonly isTree: boolean;
  readonly isPiece: boolean;
  readonly correlator: string | undefined;
  readonly within: readonly Sent[];
  readonly isWithin: boolean;
  /** What was said of it beyond doubt, first of all. */
  code?: number;
  /** What may have been said of it. */
  readonly codes: Set<number>;
  /** Values of its Results, and of its Statuses' Items. */
  readonly values: string[];
  /** Whether Results came in pieces. */
  parted?: boolean;
}

const textOf = ({ data }: Item): string =>
  data === undefined || isMarkup(data) ? '' : Buffer.from(data).toString();
/** Parts and what was not done or undone are 2xx too. */
const NOT_DONE: ReadonlySet<number> = new Set([213, 214, 215, 216]);
const isDone = (code: number): boolean => code >= 200 && code < 300 && !NOT_DONE.has(code);

export class Claims {
  readonly #sent: Sent[] = [];
  readonly #alerts: { readonly correlator: string | undefined; readonly item: Item }[] = [];

  /** The server has sent commands. */
  sent(session: number, msgID: string, commands: readonly Command[]): void {
    const note = (command: Command, isWithin: boolean): Sent => {
      const within = 'commands' in command ? command.commands.map((each) => note(each, true)) : [];
      const items = 'items' in command ? command.items : [];
      const [item = {}] = items;
      const sent: Sent = {
        session,
        msgID,
        cmdID: command.cmdID,
        name: command.name,
        about: command.name === 'Alert' ? textOf(items[1] ?? {}) : (item.target?.locURI ?? ''),
        isTree: item.meta?.type?.includes('dmtnds') === true,
        isPiece: item.moreData === true,
        correlator: command.name === 'Exec' ? command.correlator : undefined,
        within,
        isWithin,
        codes: new Set(),
        values: [],
      };
      this.#sent.push(sent);
      return sent;
    };
    for (const command of commands) note(command, false);
  }

  /** The device, which is believed, has said something. */
  said(session: number, commands: readonly Command[]): void {
    for (const command of commands) {
      if (command.name === 'Status') this.#status(session, command);
      if (command.name === 'Results') {
        for (const sent of this.#meant(session, command, 'Get')) {
          sent.values.push(...command.items.map(textOf));
          sent.parted ||= command.items.some(({ moreData }) => moreData === true);
        }
      }
      if (command.name === 'Alert') this.#alert(command);
    }
  }

  /** What is said of work and cannot be known. */
  lies(steps: readonly Step[], { state, results }: WorkResult): string[] {
    const lies: string[] = [];
    for (const { command, uri, text, status } of results) {
      // What a step came to is the server's own account.
      if (command === 'Converge') continue;
      // Of pieces that did not get together the server says so itself.
      if (status === null || status === 424 || (command === 'Alert' && text === undefined)) continue;
      const about = uri ?? text ?? '';
      const isSaid = this.#sent.some(
        (sent) => sent.name === command && (about === '' || sent.about === about) && sent.codes.has(status),
      );
      if (!isSaid) lies.push(`${command} ${about} was never answered with ${status}`);
    }
    if (state !== 'succeeded') return lies;
    const open = steps.filter((step) => !this.#succeeded(step));
    return [...lies, ...open.map((step) => `nobody said that this was done: ${JSON.stringify(step)}`)];
  }

  /** How often an Exec went to the device, whole. */
  execsOf(uri: string): number {
    return this.#sent.filter(({ name, about, isPiece }) => name === 'Exec' && about === uri && !isPiece)
      .length;
  }

  #status(session: number, status: Status): void {
    for (const sent of this.#meant(session, status, status.cmd)) {
      // What was said beyond doubt stands, whatever is said later.
      if (sent.code !== undefined) continue;
      if (status.msgRef !== undefined && sent.codes.size === 0) sent.code = status.code;
      sent.codes.add(status.code);
      sent.values.push(...status.items.map(textOf));
    }
  }

  #meant(
    session: number,
    refs: { msgRef?: string | undefined; cmdRef?: string | undefined },
    cmd: string,
  ): Sent[] {
    const { msgRef, cmdRef } = refs;
    return this.#sent.filter(
      (sent) =>
        sent.session === session &&
        sent.cmdID === cmdRef &&
        (msgRef === undefined || msgRef === sent.msgID) &&
        (cmd === '' || cmd === sent.name),
    );
  }

  #alert({ code, correlator, items }: Alert): void {
    if (code === 1226) for (const item of items) this.#alerts.push({ correlator, item });
  }

  #find(name: string, about: string): Sent[] {
    return this.#sent.filter((sent) => sent.name === name && sent.about === about && !sent.isPiece);
  }

  /** Whether a command was done: it was said so, or that it had been done when it was sent again. */
  #ok(name: string, about: string, which: (sent: Sent) => boolean = () => true): boolean {
    const all = this.#find(name, about).filter(which);
    const before = name === 'Add' ? 418 : name === 'Delete' ? 404 : undefined;
    // It may be said as early as to the first piece.
    const tries = this.#sent.filter((sent) => sent.name === name && sent.about === about && which(sent));
    const again = before !== undefined && tries.length > 1 && tries.some(({ codes }) => codes.has(before));
    return again || all.some(wasDone);
  }

  #succeeded(step: Step): boolean {
    switch (step.kind) {
      case 'get':
        return this.#ok('Get', step.uri);
      case 'add':
        return this.#ok('Add', step.uri);
      case 'replace':
        return this.#ok('Replace', step.uri);
      case 'delete':
        return this.#ok('Delete', step.uri);
      case 'copy':
        return this.#ok('Copy', step.to);
      case 'exec':
        return this.#executed(step);
      case 'ask':
        return this.#asked(step);
      case 'list':
        return this.#ok('Get', step.uri) || this.#ok('Get', `${step.uri}?list=${step.as}`);
      case 'atomic':
        return this.#together('Atomic', step.steps) || step.steps.every((each) => this.#succeeded(each));
      case 'sequence':
        return this.#together('Sequence', step.steps) || step.steps.every((each) => this.#succeeded(each));
      case 'tree':
        return this.#planted(step);
      case 'instance':
        return this.#marked(step);
      case 'instances':
        return this.#sent.some(({ name }) => name === 'Get');
      case 'converge':
        return step.nodes.every(({ path, value }) => {
          const uri = `${step.root}/${path}`;
          if (this.#ok('Add', uri) || this.#ok('Replace', uri)) return true;
          return this.#find('Get', uri).some(
            (sent) => wasDone(sent) && (sent.parted || sent.values.some((each) => each.trim() === value)),
          );
        });
    }
  }

  /** Each of the properties was set, or what stands for it. */
  #marked({ uri, add, state = {}, reference, unsupported }: Extract<Step, { kind: 'instance' }>): boolean {
    const isOfIt = (sent: Sent): boolean =>
      sent.within.some(({ about }) => about === uri || about.startsWith(`${uri}?prop=`));
    const atomics = this.#sent.filter((sent) => sent.name === 'Atomic' && isOfIt(sent));
    if (atomics.some((sent) => isWhole(sent, atomics.length > 1))) return true;
    const isAdded = add === undefined || this.#ok('Add', uri);
    const places = { active: reference ?? '', default: '', locked: `${uri}?prop=ACL` };
    return (
      isAdded &&
      (['active', 'default', 'locked'] as const).every((name) => {
        if (state[name] === undefined || unsupported === 'continue') return true;
        const property = `${uri}?prop=${name[0]?.toUpperCase()}${name.slice(1)}`;
        return this.#ok('Replace', property) || this.#ok('Replace', places[name]);
      })
    );
  }

  /** What a container of the server's was said to come to, as a whole or by its parts. */
  #together(name: string, steps: readonly Step[]): boolean {
    const [first] = steps;
    const key = first === undefined ? '' : keyOf(first);
    const all = this.#sent.filter(
      (sent) => sent.name === name && sent.within[0] !== undefined && keyOfSent(sent) === key,
    );
    return all.some((sent) => isWhole(sent, all.length > 1));
  }

  #executed({ uri, await: awaited }: Extract<Step, { kind: 'exec' }>): boolean {
    if (awaited === undefined) return this.#ok('Exec', uri);
    const all = this.#find('Exec', uri);
    if (all.some((sent) => [...sent.codes].some((code) => isDone(code) && code !== 202))) return true;
    const { type, expect } = awaited;
    return this.#alerts.some(({ correlator = '', item }) => {
      const source = item.source?.locURI ?? '';
      const isAbout =
        correlator === ''
          ? source === uri || uri.startsWith(`${source}/`)
          : all.some((sent) => sent.correlator === correlator);
      const isOfType = type === undefined || type === item.meta?.type;
      return isAbout && isOfType && (expect === undefined || expect.includes(textOf(item)));
    });
  }

  #asked({ question, steps = [], otherwise, on = {} }: Ask): boolean {
    const codes = new Set(this.#find('Alert', question.text).flatMap((sent) => [...sent.codes]));
    const has = (...some: number[]): boolean => some.some((code) => codes.has(code));
    const follow = (list: readonly Step[]): boolean => list.every((each) => this.#succeeded(each));
    const goesOn = (policy: string | undefined): boolean => policy !== undefined && policy !== 'fail';
    if (has(200, 216, 516) && (on.byDefault !== undefined || follow(steps))) return true;
    if (has(304) && (otherwise !== undefined || goesOn(on.rejected) || goesOn(on.byDefault))) return true;
    if (has(214) && goesOn(on.cancelled)) return true;
    if (has(408) && goesOn(on.timedOut)) return true;
    if (has(406) && goesOn(on.notSupported)) return true;
    return has(424) && goesOn(on.notDisplayable);
  }

  #planted({ uri, mode, nodes }: Tree): boolean {
    const name = mode === 'add' ? 'Add' : 'Replace';
    if (this.#ok(name, uri, ({ isTree }) => isTree)) return true;
    const leaves = nodes.map(({ path }) => `${uri}/${path}`);
    const atomics = this.#sent.filter(
      (sent) =>
        sent.name === 'Atomic' && leaves.every((leaf) => sent.within.some(({ about }) => about === leaf)),
    );
    if (atomics.some((sent) => isWhole(sent, atomics.length > 1))) return true;
    return leaves.every((leaf) => this.#ok('Add', leaf));
  }
}

function wasDone({ codes }: Sent): boolean {
  return [...codes].some(isDone);
}

/** Whether a container was done: an Atomic is as a whole, a Sequence by each of its commands. */
function isWhole(sent: Sent, repeated: boolean): boolean {
  if (sent.name === 'Sequence')
    return sent.within.every((each) =>
      each.within.length > 0 ? isWhole(each, repeated) : isFine(each, repeated),
    );
  if (repeated && sent.codes.has(507)) return true;
  const isDenied = sent.within.some(({ code }) => code !== undefined && !isDone(code));
  return wasDone(sent) && !isDenied;
}

function isFine(sent: Sent, repeated: boolean): boolean {
  const before =
    repeated &&
    ((sent.name === 'Add' && sent.codes.has(418)) || (sent.name === 'Delete' && sent.codes.has(404)));
  return before || wasDone(sent) || (sent.name === 'Alert' && (sent.codes.has(216) || sent.codes.has(516)));
}

/** What is at the beginning of a container. */
function keyOf(step: Step): string {
  if (step.kind === 'atomic' || step.kind === 'sequence')
    return step.steps[0] === undefined ? '' : keyOf(step.steps[0]);
  if (step.kind === 'ask') return step.question.text;
  if (step.kind === 'copy') return step.to;
  return 'uri' in step ? (step.uri ?? '') : '';
}

function keyOfSent({ about, within }: Sent): string {
  return within[0] === undefined ? about : keyOfSent(within[0]);
}
