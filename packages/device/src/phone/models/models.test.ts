import { type Command, DEVICE, type DmAcc, parseDdf, serializeDdf, validateTree } from '@grove/protocol';
import { expect, test } from 'vitest';
import { memoryStore } from '../../tree-store/index.ts';
import { createPhone } from '../index.ts';
import { get, replace, testServer } from '../server.testing.ts';
import { MODELS, modelDdf, modelNamed } from './index.ts';

const account: DmAcc = {
  serverId: 'com.example.dm',
  addresses: [{ addr: 'http://dm.example.com/dm' }],
  auth: [],
};

test.each(MODELS)('$name leaves the factory as the description says that it prints', async (model) => {
  const transport = testServer([]);
  const { tree } = await createPhone({ devId: 'IMEI:001010000000008', account, model, transport });
  const { nodes } = parseDdf(serializeDdf(modelDdf(model), 'xml'), 'xml');
  expect(nodes).toEqual(modelDdf(model).nodes);
  expect(validateTree(nodes, tree.list('.', DEVICE))).toEqual([]);
});

test('models have names and makes of their own', () => {
  expect(new Set(MODELS.map(({ name }) => name)).size).toBe(MODELS.length);
  expect(new Set(MODELS.map(({ devInfo }) => `${devInfo.man} ${devInfo.mod}`)).size).toBe(MODELS.length);
});

const LEGACY = './Vendor/Foliage';

/** What a phone of a model says to commands. */
async function said(name: string, commands: Command[]): Promise<string[]> {
  const model = modelNamed(name);
  const phone = await createPhone({
    devId: 'IMEI:001010000000008',
    account,
    ...(model === undefined ? {} : { model }),
    transport: testServer([commands]),
  });
  const { done } = await phone.session();
  return done.map(({ command, uri, status }) => `${command} ${uri} ${status}`);
}

test('the legacy phone has its settings elsewhere, and takes only the values that it describes', async () => {
  expect(
    await said('f-90', [
      get('./MMS'),
      replace(`${LEGACY}/MMSC/Server`, 'http://mms.example.com'),
      replace(`${LEGACY}/MMSC/Server`, `http://${'long.'.repeat(30)}example.com`),
      replace(`${LEGACY}/MMSC/MaxKB`, '100'),
      replace(`${LEGACY}/MMSC/MaxKB`, '200'),
      replace(`${LEGACY}/WAP/Gateway/Port`, '70000'),
      replace(`${LEGACY}/WAP/Gateway/Port`, 'http'),
    ]),
  ).toEqual([
    'Get ./MMS 404',
    `Replace ${LEGACY}/MMSC/Server 200`,
    `Replace ${LEGACY}/MMSC/Server 413`,
    `Replace ${LEGACY}/MMSC/MaxKB 200`,
    `Replace ${LEGACY}/MMSC/MaxKB 415`,
    `Replace ${LEGACY}/WAP/Gateway/Port 415`,
    `Replace ${LEGACY}/WAP/Gateway/Port 415`,
  ]);
});

test('a phone that is stored is still of its model when nobody says which', async () => {
  const store = memoryStore();
  const devId = 'IMEI:001010000000008';
  const model = modelNamed('f-90');
  const first = await createPhone({
    devId,
    account,
    store,
    transport: testServer([]),
    ...(model && { model }),
  });
  await first.session();
  const again = await createPhone({ devId, store, transport: testServer([]) });
  expect(again.model).toBe(model);
  expect(again.tree.has(`${LEGACY}/MMSC/Server`)).toBe(true);
});
