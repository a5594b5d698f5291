import { type Command, type DdfNode, DEVICE, type DmAcc, parseDdf, validateTree } from '@grove/protocol';
import { expect, test } from 'vitest';
import { createPhone } from '../phone/index.ts';
import { get, replace, testServer } from '../phone/server.testing.ts';
import { describedHandlers, HANDLERS } from './index.ts';

const DDF = `<MgmtTree xmlns="syncml:dmddf1.2"><VerDTD>1.2</VerDTD>
  <Node><NodeName>Lock</NodeName><Path>./Vendor/Maker</Path>
    <DFProperties><AccessType><Get/></AccessType><DFFormat><node/></DFFormat><Scope><Permanent/></Scope>
      <DFType><DDFName>com.maker/1.0/Lock</DDFName></DFType></DFProperties>
    <Node><NodeName>Mode</NodeName>
      <DFProperties><AccessType><Get/><Replace/></AccessType><DefaultValue>3</DefaultValue><DFFormat><int/></DFFormat>
        <Scope><Permanent/></Scope><DFType><MIME>text/plain</MIME></DFType></DFProperties></Node>
    <Node><NodeName>Since</NodeName>
      <DFProperties><AccessType><Get/></AccessType><DFFormat><date/></DFFormat><Occurrence><One/></Occurrence>
        <DFType><MIME>text/plain</MIME></DFType></DFProperties></Node>
    <Node><NodeName>Now</NodeName>
      <DFProperties><AccessType><Exec/></AccessType><DFFormat><null/></DFFormat><Scope><Permanent/></Scope>
        <DFType><MIME>text/plain</MIME></DFType></DFProperties></Node>
    <Node><NodeName/>
      <DFProperties><AccessType><Add/><Delete/><Get/></AccessType><DFFormat><node/></DFFormat>
        <Occurrence><ZeroOrN>2</ZeroOrN></Occurrence><DFType><DDFName/></DFType></DFProperties></Node>
  </Node></MgmtTree>`;

const account: DmAcc = {
  serverId: 'com.example.dm',
  addresses: [{ addr: 'http://dm.example.com/dm' }],
  auth: [],
};
const document = parseDdf(new TextEncoder().encode(DDF), 'xml');
const itemOf = (uri: string) => [{ target: { locURI: uri } }];
const add = (uri: string): Command => ({ name: 'Add', cmdID: '4', items: itemOf(uri) });
const remove = (uri: string): Command => ({ name: 'Delete', cmdID: '5', items: itemOf(uri) });
const exec = (uri: string): Command => ({ name: 'Exec', cmdID: '6', items: itemOf(uri) });
const AT = './Vendor/Maker/Lock';

test('an object that only a file describes is kept by the rules of the file', async () => {
  const handlers = [...HANDLERS, ...describedHandlers(document)];
  const server = testServer([
    [
      get(AT),
      get(`${AT}/Mode`),
      replace(`${AT}/Mode`, '5'),
      replace(`${AT}/Mode`, 'many'),
      get(`${AT}/Mode`),
      remove(`${AT}/Mode`),
      exec(`${AT}/Now`),
      add(`${AT}/Now`),
      add(`${AT}/a/b`),
      remove('./Vendor/Maker'),
    ],
  ]);
  const phone = await createPhone({ devId: 'IMEI:001010000000008', account, handlers, transport: server });
  const ddf: DdfNode[] = handlers.map(({ object }) => object.ddf);
  expect(validateTree(ddf, phone.tree.list('.', DEVICE))).toEqual([]);
  const { done } = await phone.session();
  expect(done.map(({ command, uri, status }) => `${command} ${uri.replace(AT, '')} ${status}`)).toEqual([
    'Get  200',
    'Get /Mode 200',
    'Replace /Mode 200',
    'Replace /Mode 415',
    'Get /Mode 200',
    'Delete /Mode 405',
    'Exec /Now 406',
    'Add /Now 418',
    'Add /a/b 200',
    'Delete ./Vendor/Maker 425',
  ]);
  const results = server.requests[1]?.body.commands.flatMap((each) =>
    each.name === 'Results' ? each.items : [],
  );
  expect(results?.map(({ data }) => data)).toEqual(['Mode/Now/Since', '3', '5']);
});
