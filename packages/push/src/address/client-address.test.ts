import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Address, AddressError, formatAddress, parseAddress } from './index.ts';

describe('client addresses', () => {
  it.each<[string, Address]>([
    ['WAPPUSH=+358408201681/TYPE=PLMN@ppg.carrier.com', { kind: 'plmn', number: '+358408201681' }],
    ['wappush=+1-555.0100/type=plmn', { kind: 'plmn', number: '+15550100' }],
    ['WAPPUSH=john%40example.com/TYPE=USER@ppg', { kind: 'user', user: 'john@example.com' }],
    ['WAPPUSH=john@example.com/TYPE=USER', { kind: 'user', user: 'john@example.com' }],
    ['WAPPUSH=a%2FTYPE%3DPLMN/TYPE=USER@ppg', { kind: 'user', user: 'a/TYPE=PLMN' }],
    ['WAPPUSH=213.243.140.102/TYPE=IPv4@ppg.carrier.com', { kind: 'ipv4', host: '213.243.140.102' }],
    ['WAPPUSH=127.0.0.1:40000/TYPE=IPV4@ppg', { kind: 'ipv4', host: '127.0.0.1', port: 40000 }],
    ['WAPPUSH=2001:DB8::1/TYPE=IPv6@ppg', { kind: 'ipv6', host: '2001:db8::1' }],
    ['WAPPUSH=[::1]:2948/TYPE=IPv6', { kind: 'ipv6', host: '::1', port: 2948 }],
    ['SIP:Alice@Example.COM;transport=tcp', { kind: 'sip', uri: 'sip:Alice@example.com;transport=tcp' }],
    ['sips:+15550100@[2001:db8::1]:5061', { kind: 'sip', uri: 'sips:+15550100@[2001:db8::1]:5061' }],
  ])('reads %s', (text, address) => {
    expect(parseAddress(text)).toEqual(address);
    expect(parseAddress(formatAddress(address, 'ppg.example'))).toEqual(address);
  });

  it.each([
    ['', /expected WAPPUSH=value/],
    ['+358408201681', /expected WAPPUSH=value/],
    ['WAPPUSH=+358408201681@ppg', /no \/TYPE=/],
    ['WAPPUSH=+358408201681/TYPE=FAX@ppg', /type "FAX" is none of PLMN, USER, IPV4, IPV6/],
    ['WAPPUSH=+358408201681/TYPE=__proto__', /none of PLMN/],
    ['WAPPUSH=/TYPE=PLMN@ppg', /nothing between/],
    ['WAPPUSH=0408201681/TYPE=PLMN@ppg', /\+ and 3 to 15 digits, not "0408201681"/],
    ['WAPPUSH=+1234567890123456/TYPE=PLMN@ppg', /3 to 15 digits/],
    ['WAPPUSH=a%4/TYPE=USER@ppg', /hexadecimal/],
    ['WAPPUSH=a%0d%0ab/TYPE=USER@ppg', /control characters/],
    ['WAPPUSH=256.0.0.1/TYPE=IPV4@ppg', /192\.0\.2\.1/],
    ['WAPPUSH=127.0.0.1:0/TYPE=IPV4@ppg', /port 0/],
    ['WAPPUSH=fe80::1%25eth0/TYPE=IPV6@ppg', /2001:db8::1/],
    ['sip:a@b?Subject=x', /SIP URI/],
    ['sip:a@b\r\nVia: x', /SIP URI/],
    [`sip:${'a'.repeat(600)}@b`, /at most 512/],
  ])('refuses %s', (text, problem) => {
    expect(() => parseAddress(text)).toThrow(AddressError);
    expect(() => parseAddress(text)).toThrow(problem);
  });

  it('reads what it writes, for any user', () => {
    const user = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 30 })
      .filter((name) => !/\p{Cc}/u.test(name));
    fc.assert(
      fc.property(user, (name) => {
        expect(parseAddress(formatAddress({ kind: 'user', user: name }, 'ppg'))).toEqual({
          kind: 'user',
          user: name,
        });
      }),
    );
  });

  it('throws nothing but its own error, whatever comes', () => {
    const part = fc.constantFrom(
      'WAPPUSH=',
      '/TYPE=',
      'PLMN',
      'USER',
      'IPV6',
      '@',
      '%',
      '+',
      '1',
      'sip:',
      ';',
      '[',
      ':',
      '\0',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(part).map((parts) => parts.join('')),
        ),
        (text) => {
          try {
            parseAddress(text);
          } catch (error) {
            expect(error).toBeInstanceOf(AddressError);
          }
        },
      ),
    );
  });
});
