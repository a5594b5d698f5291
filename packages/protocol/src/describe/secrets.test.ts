import { describe, expect, it } from 'vitest';
import { isSecretNode } from './secrets.ts';

describe('secret nodes', () => {
  it.each([
    ['./DMAcc/1/AppAuth/1/AAuthSecret', true],
    ['./AP/1/Password', true],
    ['./Wifi/Home/Psk', true],
    ['./Wifi/Home/SharedKey', true],
    ['./Lock/PIN', true],
    ['./Lock/SimPin', false],
    ['./DevInfo/Man', false],
    ['./DMAcc/1/AppAuth/1/AAuthName', false],
    ['./Mapping', false],
  ])('%s: %s', (uri, is) => {
    expect(isSecretNode(uri)).toBe(is);
  });
});
