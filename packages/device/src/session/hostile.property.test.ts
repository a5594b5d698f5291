/** Whatever a server asks for and however: each Status is true, and what is another server's stays out of its reach. */
import {
  DEVDETAIL_OBJECT,
  DEVICE,
  decodeMessage,
  type Encoding,
  isStored,
  type ManagementTree,
  type Status,
} from '@grove/protocol';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { memoryContentStore } from '../content-store/index.ts';
import type { ObjectHandler } from '../objects/index.ts';
import { numbered, type Packet, packets, user, written } from './hostile.testing.ts';
import { Ledger, type Taken } from './ledger.testing.ts';
import { Lockstep, open, testTree, text } from './lockstep.testing.ts';

/** More of them find more: GROVE_RUNS=100000. */
const RUNS = Number(process.env.GROVE_RUNS ?? 300);
const SECRET = 'KEEP-THIS-TO-YOURSELF';
const LARGE = SECRET.repeat(1000);
const THEIRS = ['Add', 'Delete', 'Exec', 'Get', 'Replace']
  .map((command) => `${command}=another.server`)
  .join('&');
/** Bytes of a state as JSON, whatever a server of a few messages has said. */
const MOST_STATE = 1_000_000;

async function world() {
  const tree = testTree([], undefined, [open('Shared'), open('Secret')]);
  const contents = memoryContentStore({ capacity: 1024 * 1024 });
  await contents.write('large', 0, Buffer.from(LARGE));
  tree.add('./Secret/leaf', text(SECRET), DEVICE);
  tree.add(
    './Secret/large',
    { format: 'chr', type: 'text/plain', data: { stored: 'large', size: LARGE.length } },
    DEVICE,
  );
  tree.add('./Shared/theirs/leaf', text(SECRET), DEVICE);
  tree.add('./Shared/theirs/run', text(SECRET), DEVICE);
  const free = '<free>é'.repeat(4000);
  await contents.write('free', 0, Buffer.from(free));
  const size = Buffer.byteLength(free);
  tree.add('./Open/large', { format: 'chr', type: 'text/plain', data: { stored: 'free', size } }, DEVICE);
  tree.replace('./Secret?prop=ACL', text(THEIRS), DEVICE);
  tree.replace('./Shared/theirs?prop=ACL', text(THEIRS), DEVICE);
  tree.replace('./Shared?prop=ACL', text('Add=*&Get=*'), DEVICE);
  const executed: string[] = [];
  const handler = (mount: string): ObjectHandler => ({
    mount,
    object: DEVDETAIL_OBJECT,
    initial: () => [],
    changed({ uri }) {
      if (uri.endsWith('/b')) throw new Error('the handler is broken');
    },
    exec({ uri }) {
      executed.push(uri);
      if (uri.endsWith('/b')) throw new Error('the handler is broken');
      return 202;
    },
  });
  return { tree, contents, executed, handlers: [handler('./Open'), handler('./Shared')] };
}

/** All that is another server's, or the device's own. */
function othersOf(tree: ManagementTree): string {
  const isTheirs = (uri: string): boolean =>
    /^\.\/(Secret|Shared\/theirs|DevInfo\/|DMAcc\/Operator\/(AppAddr\/1|ServerID))/.test(uri);
  return JSON.stringify(
    [...tree.list('.', DEVICE)].filter(
      ({ uri, children }) => isTheirs(uri) && (children === undefined || !uri.startsWith('./DMAcc')),
    ),
  );
}

interface Play {
  readonly packets: readonly Packet[];
  readonly encoding: Encoding;
  /** Whether the server asks for the rest of the device's package before it goes on. */
  readonly patient: boolean;
}

/** What the device has said so far, all in all. */
class Conversation {
  readonly session: Lockstep;
  readonly said = [] as ReturnType<typeof decodeMessage>['message']['body']['commands'];
  readonly taken: Taken[] = [];
  #msgID = 0;
  #limit = Number.POSITIVE_INFINITY;

  constructor(session: Lockstep) {
    this.session = session;
  }

  get isOver(): boolean {
    return this.session.step.state.outcome !== undefined;
  }

  async say(packet: Packet, encoding: Encoding): Promise<void> {
    if (this.isOver) return;
    const commands = numbered(packet.commands);
    const bytes = written({ ...packet, commands }, this.#msgID + 1, this.session.step.state.msgID, encoding);
    if (bytes === undefined) return;
    this.#msgID += 1;
    this.#limit = packet.maxMsgSize ?? this.#limit;
    // As the device reads it.
    const { message } = decodeMessage(bytes, encoding);
    this.taken.push({ msgID: this.#msgID, commands: message.body.commands.slice(1) });
    const { state, send } = await this.session.takeBytes(bytes, encoding);
    const asJson = JSON.stringify(state);
    expect(JSON.parse(asJson)).toEqual(state);
    expect(asJson.length).toBeLessThan(MOST_STATE);
    if (!send) {
      expect(state.outcome?.text).toMatch(/\w/);
      return;
    }
    const answer = Buffer.from(state.sent.body, 'base64');
    expect(answer.length).toBeLessThanOrEqual(this.#limit);
    expect(answer.includes(SECRET)).toBe(false);
    for (let shift = 0; shift < 3; shift++)
      expect(answer.includes(Buffer.from(SECRET.slice(shift)).toString('base64').slice(0, -4))).toBe(false);
    const { deviations, message: own } = decodeMessage(answer, encoding);
    expect(deviations).toEqual([]);
    this.said.push(...own.body.commands);
  }

  /** Asks for what the device has left to say. */
  async drain(encoding: Encoding): Promise<void> {
    for (let round = 0; this.session.step.state.pending.length > 0 && !this.isOver; round++) {
      expect(round).toBeLessThan(500);
      await this.say({ commands: [{ name: 'Alert', code: 1222, items: [] }], final: true }, encoding);
    }
  }
}

const play: fc.Arbitrary<Play> = fc.record({
  packets,
  encoding: fc.constantFrom<Encoding>('xml', 'wbxml'),
  patient: fc.boolean(),
});

it('says only what is true, and does nothing that the ACLs do not allow', async () => {
  await fc.assert(
    fc.asyncProperty(play, user, async ({ packets: said, encoding, patient }, interaction) => {
      const { tree, contents, executed, handlers } = await world();
      const ledger = await Ledger.of(tree, contents);
      const others = othersOf(tree);
      const conversation = new Conversation(
        new Lockstep(tree, { contents, handlers, interaction }, encoding),
      );
      for (const packet of said) {
        await conversation.say(packet, encoding);
        if (patient) await conversation.drain(encoding);
      }
      await conversation.drain(encoding);

      expect(othersOf(tree)).toBe(others);
      // Nor is a copy of it anywhere else.
      const copies = [...tree.list('.', DEVICE)].filter(
        ({ uri, data }) =>
          !/Secret|theirs/.test(uri) &&
          (data === SECRET || (data && isStored(data) && data.stored === 'large')),
      );
      expect(copies).toEqual([]);
      expect(executed.filter((uri) => /Secret|theirs/.test(uri))).toEqual([]);
      const statuses = conversation.said.filter((command): command is Status => command.name === 'Status');
      const asked = new Set(conversation.taken.map(({ msgID }) => String(msgID)));
      expect(statuses.filter(({ msgRef = '' }) => !asked.has(msgRef))).toEqual([]);
      for (const taken of conversation.taken) ledger.take(taken, conversation.said);
      // A session that has been broken off leaves things unsaid.
      if (ledger.unanswered > 0) expect(conversation.isOver).toBe(true);
      else {
        expect(ledger.lies).toEqual([]);
        expect(await ledger.compare(tree, contents)).toEqual([]);
        const isRun = ({ cmd, code }: Status): boolean => cmd === 'Exec' && code === 202;
        expect(statuses.filter(isRun)).toHaveLength(executed.filter((uri) => !uri.endsWith('/b')).length);
      }
      for (const { data } of tree.list('.', DEVICE))
        if (data !== undefined && isStored(data))
          expect((await contents.read(data.stored, 0, data.size)).length).toBe(data.size);
    }),
    { numRuns: RUNS },
  );
}, 600_000);
