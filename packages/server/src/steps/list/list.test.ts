import { describe, expect, it } from 'vitest';
import type { Answer, ListStep, Request } from '../index.ts';
import { converse } from '../simulate.testing.ts';

const step: ListStep = { kind: 'list', uri: './A', as: 'StructData' };
const tree = new Map<string, Answer>([
  ['./A', { status: 200, format: 'node', value: 'B/C/D' }],
  ['./A/B', { status: 200, format: 'node', value: 'E' }],
  ['./A/B/E', { status: 200, value: 'x' }],
  ['./A/C', { status: 200, value: 'y' }],
  ['./A/D', { status: 425 }],
]);
const READS = [['Get ./A'], ['Get ./A/B', 'Get ./A/C', 'Get ./A/D'], ['Get ./A/B/E']];

function device(listing: Answer) {
  return (request: Request): Answer => {
    const uri = 'uri' in request ? request.uri : '';
    return uri.includes('?') ? listing : (tree.get(uri) ?? { status: 404 });
  };
}

describe('a listing', () => {
  it('is asked for as it is wanted, and shown whole', () => {
    const items = [
      { uri: './A', format: 'node' },
      { uri: './A/C', value: 'y' },
    ];
    const wanted: ListStep = { kind: 'list', uri: './A', as: 'TNDS', only: ['ACL', 'Value'] };
    const { rounds, result } = converse([wanted], device({ status: 200, items }));
    expect(rounds).toEqual([['Get ./A?list=TNDS+ACL+Value']]);
    expect(result).toMatchObject({ state: 'succeeded', results: [{ status: 200, items }] });
  });

  it.each([404, 405, 406, 415, 500, 501])(
    'is made of single reads where it is answered with %i',
    (status) => {
      const { rounds, result } = converse([step], device({ status }));
      expect(rounds).toEqual([['Get ./A?list=StructData'], ...READS]);
      expect(result.reason).toBe(null);
      expect(result.results.map(({ uri, value }) => [uri, value])).toEqual([
        ['./A?list=StructData', undefined],
        ['./A', 'B/C/D'],
        ['./A/B', 'E'],
        ['./A/C', 'y'],
        ['./A/D', undefined],
        ['./A/B/E', 'x'],
      ]);
    },
  );

  it('goes on from the names of children that a device answers with', () => {
    const plain = { status: 200, items: [{ uri: './A', format: 'node', value: 'B/C/D' }] };
    expect(converse([step], device(plain)).rounds).toEqual([['Get ./A?list=StructData'], ...READS.slice(1)]);
  });

  it('is not asked for where the device is known to have none', () => {
    expect(converse([step], device({ status: 200 }), { list: false }).rounds).toEqual(READS);
    const tnds: ListStep = { ...step, as: 'TNDS' };
    expect(converse([tnds], device({ status: 200 }), { tnds: false }).rounds).toEqual(READS);
    expect(converse([step], device({ status: 200 }), { tnds: false }).rounds).toHaveLength(1);
  });

  it.each([
    ['the node is not there', { status: 404 }, 'the device answered Get ./X with 404'],
    ['it may not be read', { status: 425 }, 'the device answered Get ./X?list=StructData with 425'],
    ['nothing is answered', { status: null }, 'the device did not answer Get ./X?list=StructData'],
  ])('fails where %s', (_, answer, reason) => {
    expect(converse([{ ...step, uri: './X' }], device(answer)).result.reason).toBe(reason);
  });

  it('goes nowhere else, whatever a device calls a child', () => {
    const { rounds } = converse([{ ...step, uri: './X' }], (request) =>
      'uri' in request && request.uri === './X'
        ? { status: 200, format: 'node', value: '../././ / a/b?prop=ACL/c/c' }
        : { status: 'uri' in request && request.uri.includes('?') ? 406 : 404 },
    );
    expect(rounds.slice(1)).toEqual([['Get ./X'], ['Get ./X/c']]);
  });

  it('ends on a device with more nodes than can be read one by one', () => {
    const value = Array.from({ length: 600 }, (_, index) => `N${index}`).join('/');
    const { rounds, result } = converse([step], (request) =>
      'uri' in request && request.uri.includes('?')
        ? { status: 406 }
        : { status: 200, format: 'node', value },
    );
    expect(rounds.length).toBeLessThan(5);
    expect(result.reason).toBe('there are more than 2000 nodes below ./A, which are read one by one');
  });
});
