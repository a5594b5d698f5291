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

const itemsOf = (uri: string) => [{ target: { locURI: uri } }];
const add = (uri: string): Command => ({
  name: 'Add',
  cmdID: '4',
  meta: { format: 'node', emi: [] },
  items: itemsOf(uri),
});
const remove = (uri: string): Command => ({ name: 'Delete', cmdID: '5', items: itemsOf(uri) });

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

test('the branded phone keeps its access points, and its only MMS service, from being taken away', async () => {
  expect(
    await said('linden', [
      replace('./NAP/MMS/Addr', 'other.example'),
      replace('./NAP/MMS/AuthInfo/AuthName', 'me'),
      add('./NAP/New'),
      remove('./MMS/Operator'),
      add('./MMS/Second'),
      replace('./MMS/Operator/Addr', 'http://mms.example.com'),
    ]),
  ).toEqual([
    'Replace ./NAP/MMS/Addr 405',
    'Replace ./NAP/MMS/AuthInfo/AuthName 200',
    'Add ./NAP/New 405',
    'Delete ./MMS/Operator 405',
    'Add ./MMS/Second 405',
    'Replace ./MMS/Operator/Addr 200',
  ]);
});

test('the strict phone takes only values and numbers of instances that it describes', async () => {
  expect(
    await said('aspen', [
      replace('./NAP/MMS/Name', 'A name that is too long'),
      replace('./NAP/MMS/AuthInfo/AuthType', 'DIGEST'),
      replace('./MMS/Operator/MS', '307200'),
      replace('./MMS/Operator/MS', '307201'),
      ...['a', 'b', 'c'].map((name) => add(`./NAP/${name}`)),
    ]),
  ).toEqual([
    'Replace ./NAP/MMS/Name 413',
    'Replace ./NAP/MMS/AuthInfo/AuthType 415',
    'Replace ./MMS/Operator/MS 200',
    'Replace ./MMS/Operator/MS 415',
    'Add ./NAP/a 200',
    'Add ./NAP/b 200',
    'Add ./NAP/c 420',
  ]);
});

test('the old phone has neither listings nor serialized trees nor Atomic', async () => {
  const tnds: Command = {
    name: 'Add',
    cmdID: '9',
    items: [
      {
        target: { locURI: './NAP/New' },
        meta: { format: 'xml', type: 'application/vnd.syncml.dmtnds+xml', emi: [] },
        data: '<MgmtTree/>',
      },
    ],
  };
  const atomic: Command = {
    name: 'Atomic',
    cmdID: '8',
    commands: [replace('./MMS/Operator/Addr', 'http://mms.example.com')],
  };
  expect(
    await said('x0', [get('./MMS?list=Struct'), get('./MMS?list=TNDS'), tnds, atomic, get('./MMS')]),
  ).toEqual([
    'Get ./MMS?list=Struct 406',
    'Get ./MMS?list=TNDS 406',
    'Add ./NAP/New 415',
    'Atomic  406',
    'Get ./MMS 200',
  ]);
});

test('the plain phone has no properties of instances', async () => {
  expect(await said('f-100', [get('./MMS/Operator?prop=Active')])).toEqual([
    'Get ./MMS/Operator?prop=Active 406',
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
