import { expect, test } from 'vitest';
import { readClientFile } from './client-file.ts';

const FILE = {
  name: 'My client',
  listen: { host: '0.0.0.0', port: 9000 },
  encoding: 'wbxml',
  account: {
    serverID: 'com.example.dm',
    address: 'http://192.0.2.10:9000/dm',
    client: { scheme: 'md5', user: 'device', password: 'secret', nonce: 'Tm9uY2U=' },
    server: { scheme: 'none' },
  },
  fixture: { area: './Vendor/Test', permanent: './DevInfo/DevId' },
  call: 'my-client --once',
};

const read = (changed: object) => readClientFile(JSON.stringify({ ...FILE, ...changed }));

test('a file describes a client', () => {
  expect(read({})).toMatchObject({
    name: 'My client',
    host: '0.0.0.0',
    port: 9000,
    account: { serverID: 'com.example.dm', server: { scheme: 'none' } },
    fixture: FILE.fixture,
    silence: 2000,
  });
  expect(read({ listen: undefined, call: undefined }).call).toBeUndefined();
});

test.each([
  ['[]', 'the file: []; expected an object'],
  ['{', 'not JSON'],
])('what is none says so: %s', (text, message) => {
  expect(() => readClientFile(text)).toThrow(message);
});

test.each([
  [{ encoding: 'json' }, 'encoding: "json"; expected xml, wbxml'],
  [{ account: { ...FILE.account, serverID: '' } }, 'account.serverID: ""; expected a text'],
  [
    { account: { ...FILE.account, server: { scheme: 'md5' } } },
    'account.server.user: missing; expected a text',
  ],
  [{ fixture: {} }, 'fixture.area: missing'],
  [{ fixture: { area: './A', areas: './B' } }, 'fixture.areas: not known'],
  [{ silence: 'long' }, 'silence: "long"; expected a number'],
])('a wrong field is named: %j', (changed, message) => {
  expect(() => read(changed)).toThrow(message);
});
