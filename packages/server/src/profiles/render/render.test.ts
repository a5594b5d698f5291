import { InvalidInput, type Problem } from '@grove/api';
import type { DdfNode } from '@grove/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { layMapping, STANDARD_MAPPING } from '../../models/index.ts';
import {
  checkDocument,
  escapeTemplate,
  type ProfileDocument,
  type ProfileInput,
  parseTemplate,
} from '../document/index.ts';
import { NO_FACTS } from '../facts/index.ts';
import { conflictsOf, type Facts, type Given, type Rendering, render, sentenceOf } from './index.ts';

const MMS = 'urn:oma:mo:oma-mms:1.3';
/** A place for servers that are named at run time, two at the most. */
const ALL = ['Add', 'Delete', 'Get', 'Replace'] as const;
const SERVERS: DdfNode = {
  path: './Odd',
  access: ALL,
  format: 'node',
  types: ['urn:x'],
  occurrence: 'ZeroOrMore',
  children: [
    {
      name: 'Server',
      access: ALL,
      format: 'node',
      types: [],
      scope: 'Permanent',
      children: [
        {
          access: ALL,
          format: 'node',
          types: [],
          occurrence: { zeroOrN: 2 },
          children: [
            { name: 'Addr', access: ALL, format: 'chr', types: ['text/plain'], allowed: { maxLen: 4 } },
          ],
        },
      ],
    },
  ],
};

const facts = (values: Record<string, string | number | boolean> = {}, more: Partial<Facts> = {}): Facts => ({
  ...NO_FACTS,
  values: new Map(Object.entries(values)),
  ...more,
});

function rendered(input: ProfileInput, known: Facts = facts(), given: Given = {}): Rendering {
  return render([{ name: 'p', version: 1, document: checkProfile(input) }], known, given);
}

function checkProfile(input: ProfileInput): ProfileDocument {
  const problems: Problem[] = [];
  const document = checkDocument(input, problems);
  if (problems.length > 0) throw new InvalidInput(problems);
  return document;
}

/** Nodes by URI, or the sentences of the refusal. */
function outcome(rendering: Rendering): unknown {
  if (rendering.refused) return rendering.reasons.map(sentenceOf);
  return Object.fromEntries(
    rendering.fragments.flatMap(({ root, nodes }) =>
      nodes.map(({ path, value, policy }) => [`${root}/${path}`, value ?? policy] as const),
    ),
  );
}

const one = (value: string | number | boolean, more: Partial<ProfileInput> = {}): ProfileInput => ({
  root: './A',
  nodes: [{ path: 'V', value }],
  ...more,
});

describe('rendering', () => {
  it.each<[string, ProfileInput, Facts, Given, unknown]>([
    [
      'puts in what is known of the device',
      one('on ${device.model}'),
      facts({ 'device.model': 'X1' }),
      {},
      { './A/V': 'on X1' },
    ],
    ['takes "$${" for "${"', one('a $${b} $$'), facts(), {}, { './A/V': 'a ${b} $$' }],
    [
      'follows variables of variables',
      one('${a}', { variables: { a: '${b}/${b}', b: { default: 1 } } }),
      facts(),
      {},
      { './A/V': '1/1' },
    ],
    [
      'takes a value before a default',
      one('${a}', { variables: { a: { value: '${group.x}', default: 'd' } } }),
      facts({ 'group.x': 'g' }),
      {},
      { './A/V': 'g' },
    ],
    [
      'takes a default where a value refers to nothing known',
      one('${a}', { variables: { a: { value: '${group.x}', default: 'd' } } }),
      facts(),
      {},
      { './A/V': 'd' },
    ],
    [
      'takes what the work gives before both',
      one('${a}', { variables: { a: { value: 'v', default: 'd' } } }),
      facts(),
      { a: 'w' },
      { './A/V': 'w' },
    ],
    [
      'does not read what variables hold as variables',
      one('${a}', { variables: { a: {} } }),
      facts({ 'device.id': 1 }),
      { a: '${device.id}' },
      { './A/V': '${device.id}' },
    ],
    [
      'knows nothing of what objects inherit',
      one('${a}', { variables: { a: { value: '${group.constructor}', default: 'd' } } }),
      facts(),
      {},
      { './A/V': 'd' },
    ],
    [
      'says where to set what is missing',
      one('${subscriber.qos.max}'),
      facts(),
      {},
      [
        'profile p, fragments/0/nodes/0/value: expected ${subscriber.qos.max}: the device has no subscriber; bind one to it that has the attribute qos.max',
      ],
    ],
    [
      'says which groups differ',
      one('${group.x}'),
      facts({}, { disputed: new Map([['group.x', ['a', 'b']]]) }),
      {},
      [
        'profile p, fragments/0/nodes/0/value: expected one value for ${group.x}: the groups a and b differ, and the device is in all of them',
      ],
    ],
    [
      'refuses a value of another type',
      one('${a}', { variables: { a: { type: 'int', value: '${group.x}' } } }),
      facts({ 'group.x': 'many' }),
      {},
      [expect.stringMatching(/a whole number for the variable a, not "many"/)],
    ],
    [
      'shows nothing of a secret of another type',
      one('${a}', { variables: { a: { type: 'int', secret: true } } }),
      facts(),
      { a: 'pass' },
      [expect.not.stringContaining('pass')],
    ],
    [
      'puts an instance where the standard object is',
      { object: MMS, instance: 'Op', nodes: [{ path: 'Addr', value: 'http://a' }] },
      facts(),
      {},
      { './MMS/Op/Addr': 'http://a' },
    ],
    [
      'puts an instance where the device has shown it',
      { object: MMS, instance: 'Op', nodes: [{ path: 'Addr', value: 'http://a' }] },
      facts({}, { places: new Map([[MMS, ['./Set/M/Other', './Set/M/Op']]]) }),
      {},
      { './Set/M/Op/Addr': 'http://a' },
    ],
    [
      'puts an instance beside others of the object',
      { object: MMS, instance: 'Op', nodes: [{ path: 'Addr', value: 'http://a' }] },
      facts({}, { places: new Map([[MMS, ['./Set/M/Other']]]) }),
      {},
      { './Set/M/Op/Addr': 'http://a' },
    ],
    [
      'refuses an object of no known place',
      { object: 'urn:x', nodes: [{ path: 'Addr', value: 'a' }] },
      facts(),
      {},
      [expect.stringMatching(/an object whose place is known, or a root/)],
    ],
    [
      'refuses a node that the object does not have',
      { object: MMS, nodes: [{ path: 'Adr', value: 'a' }] },
      facts(),
      {},
      [
        expect.stringMatching(
          /nodes\/0\/path, \.\/MMS\/p\/Adr: expected a node of any model: below the instance there are AppID, Name/,
        ),
      ],
    ],
    [
      'refuses a value for an interior node',
      { object: MMS, nodes: [{ path: 'Ext', value: 'a' }] },
      facts(),
      {},
      [
        expect.stringMatching(
          /\.\/MMS\/p\/Ext: expected format node: on any model it is an interior node, not "chr"/,
        ),
      ],
    ],
    [
      'refuses more instances than there may be',
      {
        object: 'urn:x',
        instance: 'Op',
        nodes: ['1', '2', '3'].map((name) => ({ path: `Server/${name}/Addr`, value: name })),
      },
      facts({}, { model: { ...NO_FACTS.model, name: 'Odd 1', ddf: [SERVERS] } }),
      {},
      [expect.stringMatching(/\.\/Odd\/Op\/Server: expected 2 instances at the most \(Odd 1\), not "3"/)],
    ],
    [
      'refuses to take away what is permanent',
      { object: 'urn:x', instance: 'Op', nodes: [{ path: 'Server', policy: 'absent' }] },
      facts({}, { model: { ...NO_FACTS.model, name: 'Odd 1', ddf: [SERVERS] } }),
      {},
      [expect.stringMatching(/a node that may be deleted: on Odd 1 it is permanent/)],
    ],
    [
      'refuses a value that the model does not take',
      { object: 'urn:x', instance: 'Op', nodes: [{ path: 'Server/1/Addr', value: 'much too long' }] },
      facts({}, { model: { ...NO_FACTS.model, name: 'Odd 1', ddf: [SERVERS] } }),
      {},
      [expect.stringMatching(/a value that fits: .*expected 4 at most \(Odd 1\), not "much too long"/)],
    ],
    [
      'refuses fragments that undo one another',
      {
        fragments: [
          { root: './A', nodes: [{ path: 'V', value: 1 }] },
          { root: './A', nodes: [{ path: 'V', value: 2 }] },
        ],
      },
      facts(),
      {},
      [expect.stringMatching(/\.\/A\/V: expected what profile p wants at fragments\/0\/nodes\/0: "1"/)],
    ],
    [
      'maps neutral settings',
      { settings: { 'mms.proxy': 'http://${device.model}' }, instance: 'Op' },
      facts({ 'device.model': 'X1' }),
      {},
      { './MMS/Op/AppID': 'w4', './MMS/Op/Addr': 'http://X1' },
    ],
    [
      'refuses a setting that is not mapped',
      { settings: { 'mms.prxy': 'http://a' } },
      facts(),
      {},
      [expect.stringMatching(/a setting that is mapped, which are name, proxy/)],
    ],
    [
      'goes without a setting that is optional',
      { settings: { 'mms.prxy': { value: 'a', optional: true }, 'mms.proxy': 'b' }, instance: 'Op' },
      facts(),
      {},
      { './MMS/Op/AppID': 'w4', './MMS/Op/Addr': 'b' },
    ],
  ])('%s', (_, input, known, given, expected) => {
    expect(outcome(rendered(input, known, given))).toEqual(expected);
  });

  it('maps settings where a model has them, and values to what it calls them', () => {
    const mapping = layMapping(STANDARD_MAPPING, {
      mms: {
        root: './Setting/${instance}',
        fixed: [],
        settings: { proxy: 'MMSC', creationMode: { path: 'Mode', values: { free: '0' } }, maxSize: false },
      },
    });
    const model = { name: 'Odd 1', ddf: undefined, mapping };
    const settings = { 'mms.proxy': 'http://a', 'mms.creationMode': 'free' };
    expect(outcome(rendered({ settings, instance: 'Op' }, facts({}, { model })))).toEqual({
      './Setting/Op/MMSC': 'http://a',
      './Setting/Op/Mode': '0',
    });
    const wrong = { settings: { 'mms.creationMode': 'warned', 'mms.maxSize': 1 }, instance: 'Op' };
    expect(outcome(rendered(wrong, facts({}, { model })))).toEqual([
      'profile p, settings/mms.maxSize: expected a setting that the model has (Odd 1), not "mms.maxSize"',
      'profile p, settings/mms.creationMode, ./Setting/Op/Mode: expected one of free (Odd 1), not "warned"',
    ]);
  });

  it('takes formats from the description of a known object', () => {
    const made = rendered({
      root: './DMAcc/Operator',
      object: 'urn:oma:mo:oma-dm-dmacc:1.0',
      nodes: [
        { path: 'Name', value: 'Operator' },
        { path: 'AppAuth/1/AAuthData', value: 'AAEC' },
        { path: 'Ext/Vendor/Level', value: 1, format: 'int' },
      ],
    });
    expect(made).toMatchObject({
      steps: [{ nodes: [{ path: 'Name' }, { format: 'bin', value: 'AAEC' }, { format: 'int' }] }],
    });
  });

  it('lays the first variant that holds over the profile', () => {
    const input: ProfileInput = {
      variables: { a: 'base' },
      fragments: [
        {
          name: 'one',
          root: './A',
          nodes: [
            { path: 'V', value: '${a}' },
            { path: 'W', value: 'w' },
          ],
        },
        { name: 'two', root: './B', nodes: [{ path: 'V', value: '${a}' }] },
      ],
      variants: [
        {
          when: 'x',
          variables: { a: 'of x' },
          fragments: [
            { name: 'one', root: './C', nodes: [{ path: 'W', policy: 'keep' }] },
            { name: 'two', omit: true },
          ],
        },
        { when: 'y', unsupported: 'too old' },
      ],
    };
    const holding = (...holds: string[]) => outcome(rendered(input, facts({}, { holds: new Set(holds) })));
    expect(holding()).toEqual({ './A/V': 'base', './A/W': 'w', './B/V': 'base' });
    expect(holding('y', 'x')).toEqual({ './C/V': 'of x', './C/W': 'keep' });
    expect(holding('y')).toEqual([expect.stringMatching(/a device that is supported: too old/)]);
  });

  it('refers to what is made before, in its profile and in those that it requires', () => {
    const apn = checkProfile({
      fragments: [{ name: 'nap', root: './NAP/${a}', nodes: [{ path: 'Addr', value: 'x' }] }],
      variables: { a: 'Op' },
    });
    const mms = checkProfile({
      requires: ['my.apn'],
      fragments: [
        {
          name: 'mms',
          root: './MMS',
          nodes: [
            { path: 'Con', value: '${profile.my.apn.nap.uri}' },
            { path: 'First', value: '${profile.my.apn.uri}' },
            { path: 'Next', value: '${fragment.last.uri}' },
          ],
        },
        { name: 'last', root: './Last', nodes: [{ path: 'V', value: 1 }] },
      ],
    });
    const rendering = render(
      [
        { name: 'my.apn', version: 3, document: apn },
        { name: 'mms', version: 1, document: mms },
      ],
      facts(),
    );
    expect(outcome(rendering)).toEqual({
      './NAP/Op/Addr': 'x',
      './MMS/Con': './NAP/Op',
      './MMS/First': './NAP/Op',
      './MMS/Next': './Last',
      './Last/V': '1',
    });
    expect(rendering).toMatchObject({ steps: [{ root: './NAP/Op' }, { root: './MMS' }, { root: './Last' }] });
  });

  it('names both profiles where two want a node to be different', () => {
    const version = (name: string, input: ProfileInput) => {
      const made = render([{ name, version: 1, document: checkProfile(input) }], facts());
      if (made.refused) throw new Error('refused');
      return made;
    };
    const a = version('a', one('1'));
    expect(conflictsOf([a, version('b', one('1'))])).toEqual([]);
    expect(
      conflictsOf([a, version('b', { root: './A', nodes: [{ path: 'V', value: 2, policy: 'default' }] })]),
    ).toEqual([]);
    expect(conflictsOf([a, version('b', one('2'))])).toEqual([
      {
        node: './A/V',
        between: [
          { profile: 'a', field: 'fragments/0/nodes/0', wants: '"1"' },
          { profile: 'b', field: 'fragments/0/nodes/0', wants: '"2"' },
        ],
      },
    ]);
    expect(
      conflictsOf([a, version('b', { root: './A', nodes: [{ path: 'V', policy: 'absent' }] })]),
    ).toHaveLength(1);
    expect(
      conflictsOf([
        version('a', { root: './X/A/B', nodes: [{ path: 'V', value: 1 }] }),
        version('b', { root: './X', nodes: [{ path: 'A', policy: 'absent' }] }),
      ]),
    ).toHaveLength(1);
  });

  it('gives back any text that is escaped, whatever is in it', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('$', '{', '}', 'a', ' ', '\\') }), (text) => {
        const parts = parseTemplate(escapeTemplate(text));
        expect(parts.join('')).toBe(text);
      }),
    );
  });

  it('is the same each time and ends, however variables refer to one another', () => {
    const name = fc.constantFrom('a', 'b', 'c', 'd', 'e');
    const text = fc
      .array(
        fc.oneof(
          fc.constant('x'),
          name.map((each) => `\${${each}}`),
        ),
        { maxLength: 4 },
      )
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(fc.dictionary(name, text), text, (variables, value) => {
        const input = one(value, { variables });
        let document: ProfileDocument;
        try {
          document = checkProfile(input);
        } catch (error) {
          if (error instanceof InvalidInput) return;
          throw error;
        }
        const closure = [{ name: 'p', version: 1, document }];
        expect(render(closure, facts())).toEqual(render(closure, facts()));
      }),
    );
  });

  it('bounds what a device is given in all', () => {
    const nodes = Array.from({ length: 20 }, (_, at) => ({ path: `N${at}`, value: 'x'.repeat(60_000) }));
    expect(outcome(rendered({ root: './A', nodes }))).toEqual([
      expect.stringMatching(/1000000 characters in all/),
    ]);
  });

  it('refuses what variables make too large', () => {
    const names = 'abcdefghijklmnopqrst'.split('');
    const variables = Object.fromEntries(
      names.map((name, index) => [name, index === 0 ? 'xxxxxxxxxx' : `\${${names[index - 1]}}`.repeat(10)]),
    );
    expect(outcome(rendered(one('${t}', { variables })))).toEqual([
      expect.stringMatching(/65536 characters/),
    ]);
  });
});
