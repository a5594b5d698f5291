import { InvalidInput } from '@grove/api';
import { describe, expect, it } from 'vitest';
import { checkAddress, type DeviceAddressKind, pushAddress, readings } from './kinds.ts';

describe('addresses of devices', () => {
  it.each<[DeviceAddressKind, string, string, object]>([
    ['msisdn', '+44 1632 960001', '+441632960001', { kind: 'plmn', number: '+441632960001' }],
    ['sip', 'SIP:Alice@IMS.Example.com', 'sip:Alice@ims.example.com', { kind: 'sip' }],
    ['ip', '192.0.2.1:2948', '192.0.2.1:2948', { kind: 'ipv4', host: '192.0.2.1', port: 2948 }],
    ['ip', '2001:DB8::1', '2001:db8::1', { kind: 'ipv6', host: '2001:db8::1' }],
    ['ip', '[::1]:40000', '[::1]:40000', { kind: 'ipv6', host: '::1', port: 40000 }],
    ['user', 'a/TYPE=PLMN@b c%', 'a/TYPE=PLMN@b c%', { kind: 'user', user: 'a/TYPE=PLMN@b c%' }],
  ])('keeps the %s %j in one form', (kind, given, kept, address) => {
    expect(checkAddress(kind, given, 'value')).toBe(kept);
    expect(checkAddress(kind, kept, 'value')).toBe(kept);
    expect(pushAddress(kind, kept)).toMatchObject(address);
  });

  it.each<[DeviceAddressKind, string, RegExp]>([
    ['msisdn', '01632960001', /\+ and 3 to 15 digits/],
    ['msisdn', '+1632960001/TYPE=USER', /\+ and 3 to 15 digits/],
    ['sip', 'alice@example.com', /sip:user@host/],
    ['sip', 'WAPPUSH=+441632960001/TYPE=PLMN', /sip:user@host/],
    ['ip', 'phone.example.com', /192\.0\.2\.1:2948/],
    ['ip', '192.0.2.1:70000', /192\.0\.2\.1:2948/],
    ['user', 'a\nb', /without control characters/],
    ['user', '\ud800', /without control characters/],
  ])('refuses the %s %j and says what was expected', (kind, given, expected) => {
    expect(() => checkAddress(kind, given, 'addresses/x')).toThrow(InvalidInput);
    expect(() => checkAddress(kind, given, 'addresses/x')).toThrow(expected);
  });

  it('reads a text as whatever it may be', () => {
    expect(readings('+44 1632 960001')).toEqual([
      { kind: 'msisdn', value: '+441632960001' },
      { kind: 'user', value: '+44 1632 960001' },
    ]);
    expect(readings('\u0000')).toEqual([]);
  });
});
