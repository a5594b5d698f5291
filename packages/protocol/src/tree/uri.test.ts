import { describe, expect, it } from 'vitest';
import { Uri } from './uri.ts';

/** The status with which a URI is refused; 0 when it is taken. */
function refusal(text: string, limits = {}): number {
  try {
    Uri.parse(text, { limits });
    return 0;
  } catch (error) {
    return (error as { status: number }).status;
  }
}

describe('a URI', () => {
  it.each([
    ['.', '.', []],
    ['./A/B', './A/B', ['A', 'B']],
    ['A/B', './A/B', ['A', 'B']],
    ['./A%20b', './A%20b', ['A%20b']],
    ['.?prop=ACL', '.?prop=ACL', []],
    ['A?list=TNDS+ACL+Value', './A?list=TNDS+ACL+Value', ['A']],
    ['A?list=TNDS-Format', './A?list=TNDS-Format', ['A']],
    ['./A?list=StructData', './A?list=StructData', ['A']],
  ])('%s is %s', (text, canonical, segments) => {
    const uri = Uri.parse(text);
    expect(uri.toString()).toBe(canonical);
    expect(uri.segments).toEqual(segments);
  });

  it.each([
    ['', 400],
    ['/A', 400],
    ['./', 400],
    ['./A/', 400],
    ['./A//B', 400],
    ['./A/../B', 400],
    ['./A/./B', 400],
    ['./A\u0000', 400],
    ['./A /B', 400],
    ['./ A', 400],
    ['./A?prop=Colour', 406],
    ['./A?prop=acl', 406],
    ['./A?list=TNDS+ACL-Type', 406],
    ['./A?list=Everything', 406],
    ['./A?', 406],
    ['./A?list=Struct+ACL', 406],
  ])('%s is refused with %i', (text, status) => {
    expect(refusal(text)).toBe(status);
  });

  it('is held to the limits of the device, with its property', () => {
    expect(refusal('./A/B/C', { maxDepth: 2 })).toBe(414);
    expect(refusal('./A/B', { maxDepth: 2, maxTotLen: 5, maxSegLen: 1 })).toBe(0);
    expect(refusal('./A/BC', { maxSegLen: 1 })).toBe(414);
    expect(refusal('./A/B?prop=ACL', { maxTotLen: 13 })).toBe(414);
    expect(refusal(`./${'A/'.repeat(100_000)}B`, { maxDepth: 0, maxTotLen: 0 })).toBe(414);
  });

  it('that arrives with a slip is taken, and the slip told', () => {
    const told: string[] = [];
    const lenient = (text: string) => Uri.parse(text, { deviation: (what) => told.push(what) }).toString();
    expect([' ./A', '/A/B', './A/', './', './A?prop=acl'].map(lenient)).toEqual([
      './A',
      './A/B',
      './A',
      '.',
      './A?prop=ACL',
    ]);
    expect(told).toHaveLength(5);
    expect(() => lenient('//A')).toThrow(expect.objectContaining({ status: 400 }));
    expect(() => lenient('/')).toThrow(expect.objectContaining({ status: 400 }));
  });

  it('knows its relatives', () => {
    const uri = Uri.parse('./A/B?prop=Name');
    expect([uri.parent, uri.node, uri.child('C'), uri.prop('ACL'), Uri.ROOT.parent].map(String)).toEqual([
      './A',
      './A/B',
      './A/B/C',
      './A/B?prop=ACL',
      'undefined',
    ]);
    expect(Uri.parse('./A').isAncestorOf(uri)).toBe(true);
    expect(uri.isAncestorOf(uri)).toBe(false);
    expect(Uri.parse('./A').isAncestorOf(Uri.parse('./AB/C'))).toBe(false);
  });
});
