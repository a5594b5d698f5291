import { InvalidInput } from '@grove/api';
import { expect, it } from 'vitest';
import { checkSteps, type Step } from './index.ts';

const get: Step = { kind: 'get', uri: './A' };
const nested = (depth: number): Step =>
  depth === 0 ? get : { kind: 'ask', question: { kind: 'display', text: 'x' }, steps: [nested(depth - 1)] };

it.each<[unknown, string, RegExp]>([
  [{ kind: 'atomic', steps: [get] }, 'steps/0/steps/0/kind', /an Atomic holds .* no Get.*\(DM_RepPro/],
  [{ kind: 'atomic', steps: [] }, 'steps/0/steps', /1 to 100 steps, not 0/],
  [
    { kind: 'sequence', steps: [{ kind: 'sequence', steps: [get] }] },
    'steps/0/steps/0/kind',
    /a Sequence holds/,
  ],
  [
    { kind: 'sequence', steps: [{ kind: 'exec', uri: './X', await: { seconds: 5 } }] },
    'steps/0/steps/0/await',
    /without asking what follows/,
  ],
  [
    { kind: 'sequence', steps: [{ kind: 'ask', question: { kind: 'confirm', text: '?' }, otherwise: [] }] },
    'steps/0/steps/0/otherwise',
    /nothing here/,
  ],
  [{ kind: 'sequence', steps: [{ kind: 'get' }] }, 'steps/0/steps/0/uri', /text of at least|text of 1/],
  [{ kind: 'sequence', steps: [7] }, 'steps/0/steps/0', /an object whose kind is/],
  [nested(9), `steps/0${'/steps/0'.repeat(8)}/steps`, /8 deep/],
  [
    {
      kind: 'ask',
      question: { kind: 'choice', text: '?', choices: ['a'] },
      cases: [{ choice: 2, steps: [] }],
    },
    'steps/0/cases/0/choice',
    /the number of a choice, 1 to 1/,
  ],
  [
    { kind: 'ask', question: { kind: 'input', text: '?', input: 'number', default: 'x' } },
    'steps/0/question/default',
    /may be typed/,
  ],
  [
    { kind: 'replace', uri: './A?prop=Format', value: 'int' },
    'steps/0/uri',
    /Active, Default, Locked, Name, Title \(DM_TND/,
  ],
  [{ kind: 'replace', uri: './A?prop=ACL', value: 'Read=*' }, 'steps/0/value', /expected Command=id\+id/],
  [{ kind: 'replace', uri: '.?prop=ACL', value: 'Get=*' }, 'steps/0/value', /the root keeps Add=\*/],
  [{ kind: 'replace', uri: './A?prop=Name', value: 'a/b' }, 'steps/0/value', /a name has a "\/"/],
  [
    { kind: 'replace', uri: './A?prop=Title', value: 'x', format: 'int' },
    'steps/0/format',
    /properties are text/,
  ],
  [{ kind: 'list', uri: './A', as: 'Struct', only: ['ACL'] }, 'steps/0/only', /only TNDS/],
  [{ kind: 'list', uri: './A', as: 'TNDS', only: ['ACL'], without: ['Name'] }, 'steps/0/without', /either/],
  [
    {
      kind: 'tree',
      uri: './A',
      mode: 'add',
      nodes: [
        { path: 'B', format: 'node' },
        { path: 'C', value: 'x', format: 'int' },
      ],
    },
    'steps/0/nodes/1/value',
    /a value that fits/,
  ],
  [{ kind: 'sequence', steps: [null] }, 'steps/0/steps/0', /expected|object/],
])('%j is refused at %s', (step, field, expected) => {
  let refused: unknown;
  try {
    checkSteps([step as Step]);
  } catch (error) {
    refused = error;
  }
  expect(refused).toBeInstanceOf(InvalidInput);
  const [problem] = (refused as InvalidInput).problems;
  expect(problem?.field).toBe(field);
  expect(problem?.expected).toMatch(expected);
});

it('brings URIs to their canonical form, however deep they stand', () => {
  const given = (uri: string): Step[] => [
    {
      kind: 'ask',
      question: { kind: 'choices', text: '?', choices: ['a', 'b'] },
      cases: [{ choice: 2, steps: [{ kind: 'sequence', steps: [{ kind: 'get', uri }] }] }],
      otherwise: [{ kind: 'tree', uri, mode: 'add', nodes: [{ path: 'x', value: '1' }] }],
    },
    { kind: 'replace', uri: `${uri}?prop=ACL`, value: 'Get=*&Replace=a+b' },
  ];
  expect(checkSteps(given('A/B'))).toEqual(given('./A/B'));
});
