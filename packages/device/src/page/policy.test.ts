import { DEVICE, type DmAcc, POLICY_URI, policyNodes } from '@grove/protocol';
import { expect, test } from 'vitest';
import { createPhone } from '../phone/index.ts';
import { testServer } from '../phone/server.testing.ts';
import { changeSetting, settingsOf } from '../settings/index.ts';
import { nodeView } from './settings.ts';

const account: DmAcc = {
  serverId: 'com.example.dm',
  addresses: [{ addr: 'http://dm.example.com/dm' }],
  auth: [],
};

test('the settings say what enterprises ask, which is not for the user to change', async () => {
  const phone = await createPhone({ devId: 'IMEI:001010000000008', account, transport: testServer([]) });
  const { tree, handlers } = phone;
  const summary = () =>
    nodeView('./Vendor/Grove', { ...settingsOf(tree, handlers), nameOf: (id) => id })?.children.find(
      ({ uri }) => uri === POLICY_URI,
    )?.summary;
  expect(summary()).toBe('nothing is asked');
  const policy = { passwordRequired: true, minLength: 8, quality: 'numeric', camera: false } as const;
  for (const { path, value } of policyNodes(`${POLICY_URI}/Enterprise`, policy))
    tree.add(path, value, DEVICE);
  expect(summary()).toBe('a numeric password of 8 characters, no camera');
  const camera = `${POLICY_URI}/Enterprise/Camera`;
  expect(() => changeSetting(tree, handlers, { kind: 'value', uri: camera, value: 'true' })).toThrow(
    'is not for the user to change',
  );
  changeSetting(tree, handlers, { kind: 'value', uri: './Vendor/Grove/Preferences/Theme', value: 'dark' });
  expect(() =>
    changeSetting(tree, handlers, { kind: 'value', uri: './Vendor/Grove/Preferences/Theme', value: 'pink' }),
  ).toThrow('expected one of light, dark, automatic');
});
