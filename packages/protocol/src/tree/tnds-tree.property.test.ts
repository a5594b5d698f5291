import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  contentMarkup,
  decodeMessage,
  encodeMessage,
  type Message,
  serializeMarkup,
} from '../syncml/index.ts';
import {
  addTnds,
  DEVICE,
  type HeldValue,
  ManagementTree,
  readTnds,
  replaceTnds,
  tndsMarkup,
  Uri,
} from './index.ts';
import { chr, statusOf } from './tree.testing.ts';

const name = fc
  .string({ minLength: 1, maxLength: 5, unit: fc.constantFrom(...'aB.&é< %') })
  .filter((each) => each !== '.' && each !== '..' && each.trim() === each);
const text = fc.string({ maxLength: 12, unit: fc.constantFrom(...'ab <>&\n\t"]é😀') });
const value: fc.Arbitrary<HeldValue> = fc.oneof(
  fc.record({
    format: fc.constant('bin' as const),
    type: fc.constant('a/b'),
    data: fc.uint8Array({ maxLength: 9 }),
  }),
  fc.record({
    format: fc.constantFrom('chr' as const, 'xml' as const),
    type: fc.constantFrom('', 'a/b'),
    data: text,
  }),
  fc
    .record({ format: fc.constant('int' as const), type: fc.constant(''), data: fc.integer().map(String) })
    .filter(({ data }) => Math.abs(Number(data)) < 2 ** 31),
  fc.record({
    format: fc.constant('bool' as const),
    type: fc.constant(''),
    data: fc.constantFrom('true', 'false'),
  }),
  fc.record({ format: fc.constant('null' as const), type: fc.constant(''), data: fc.constant('') }),
  fc.record({
    format: fc.constant('node' as const),
    type: fc.constantFrom('', 'urn:x'),
    data: fc.constant(''),
  }),
);
const nodes = fc.array(
  fc.record({
    path: fc.array(name, { maxLength: 3 }),
    value,
    acl: fc.constantFrom('', 'Get=*', 'Add=a+b&Get=*'),
    title: fc.constantFrom('', 'A & <B>'),
  }),
  { maxLength: 8 },
);

const TARGET = './Target/ab';
const empty = (): ManagementTree => new ManagementTree({ ddf: [], now: () => new Date(0) });
/** All but the versions, which tell how a node came to be what it is. */
const shown = (tree: ManagementTree) => [...tree.list(TARGET, DEVICE)].map(({ verNo: _, ...node }) => node);

/** The data of a command as it comes out of a message at the other end. */
function sent(data: Message['body']['commands'][number], encoding: 'xml' | 'wbxml') {
  const message: Message = {
    header: {
      verDTD: '1.2',
      verProto: 'DM/1.2',
      sessionID: '1',
      msgID: '1',
      target: { locURI: 'IMEI:1' },
      source: { locURI: 'http://dm.example.com' },
    },
    body: { commands: [data], final: true },
  };
  const [command] = decodeMessage(encodeMessage(message, encoding), encoding).message.body.commands;
  return command?.name === 'Add' ? (command.items[0]?.data ?? '') : '';
}

it('brings any sub-tree to another tree, through a message of either encoding, as markup or as text', () => {
  const encoding = fc.constantFrom('xml' as const, 'wbxml' as const);
  fc.assert(
    fc.property(nodes, encoding, fc.boolean(), (all, how, asText) => {
      const from = empty();
      from.add(TARGET, 'node', DEVICE);
      for (const { path, value: given, acl, title } of all) {
        const uri = [TARGET, ...path].join('/');
        if (statusOf(() => from.add(uri, given, DEVICE)) !== 200) continue;
        from.replace(`${uri}?prop=ACL`, chr(acl), DEVICE);
        from.replace(`${uri}?prop=Title`, chr(title), DEVICE);
      }
      const target = Uri.parse(TARGET);
      const markup = tndsMarkup(from.list(TARGET, DEVICE), target);
      const data = asText ? new TextDecoder().decode(serializeMarkup(markup, 'xml')) : markup;
      const meta = { format: 'xml', type: 'application/vnd.syncml.dmtnds+xml', emi: [] };
      const item = { target: { locURI: TARGET }, meta, data };
      const arrived = contentMarkup(sent({ name: 'Add', cmdID: '1', items: [item] }, how), 'xml');
      expect(arrived).toBeDefined();
      if (arrived === undefined) return;
      const read = readTnds(arrived, target);

      const added = empty();
      addTnds(added, read, DEVICE);
      expect(shown(added)).toEqual(shown(from));

      const replaced = empty();
      replaced.add(`${TARGET}/old/leaf`, chr('x'), DEVICE);
      replaceTnds(replaced, TARGET, read, DEVICE);
      expect(shown(replaced)).toEqual(shown(from));
    }),
  );
});
