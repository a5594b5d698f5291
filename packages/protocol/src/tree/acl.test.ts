import { describe, expect, it } from 'vitest';
import { AclSyntaxError, formatAcl, grant, parseAcl, permits, revoke } from './acl.ts';

describe('an ACL', () => {
  it.each([
    ['', ''],
    ['Get=*&Add=a.b+c-d', 'Get=*&Add=a.b+c-d'],
    ['Get=a+*', 'Get=*'],
    ['Get=a+a+b', 'Get=a+b'],
    ['Get=a&Get=b', 'Get=a+b'],
  ])('%s is kept as %s', (text, kept) => {
    expect(formatAcl(parseAcl(text))).toBe(kept);
  });

  it.each(['Get', 'Get=', 'Get=a+', 'Get=a b', 'Copy=a', 'get=a', 'Get=*&', '&Get=*', 'Get=a=b', 'Get=a**'])(
    '%s is none',
    (text) => {
      expect(() => parseAcl(text)).toThrow(AclSyntaxError);
    },
  );

  it('grants a command to the servers it names, and to all by *', () => {
    const acl = 'Get=*&Replace=a+bc';
    expect(permits(acl, 'Get', 'x')).toBe(true);
    expect(permits(acl, 'Replace', 'bc')).toBe(true);
    expect(permits(acl, 'Replace', 'b')).toBe(false);
    expect(permits(acl, 'Replace', 'a+bc')).toBe(false);
    expect(permits(acl, 'Delete', 'a')).toBe(false);
    expect(permits('', 'Get', 'a')).toBe(false);
  });

  it('gains and loses servers', () => {
    expect(grant('Add=*&Get=*', ['Add', 'Delete', 'Replace'], 'a')).toBe('Add=*&Get=*&Delete=a&Replace=a');
    expect(revoke('Add=*&Get=a+b&Replace=a', 'a')).toBe('Add=*&Get=b');
    expect(grant('Get=*', ['Delete'], 'a&Delete=*')).toBe('Get=*');
  });
});
