import { decodeMessage, xmlToWbxml } from '@grove/protocol';
import { answers, packageOne, said, xmlMessage } from '../../../rig/device.testing.ts';
import { WBXML } from '../../../rig/rig.testing.ts';
import type { ServerCase, ServerGroup } from '../stand.ts';

const RULE = 'DM_RepPro 1.2.1, WBXML usage';

const bytesOf = (devId: string): Uint8Array =>
  xmlToWbxml(new TextEncoder().encode(xmlMessage({ device: devId }, packageOne(devId))));

/** The document with another version in its first byte. */
function withVersion(document: Uint8Array, version: number): Uint8Array {
  const changed = document.slice();
  changed[0] = version;
  return changed;
}

/** The document with its public identifier as a text in the string table; ours has none of its own. */
function withTextId(document: Uint8Array, id: string): Uint8Array {
  const table = new TextEncoder().encode(`${id}\0`);
  // Version, public identifier 0x1201 in two bytes, character set, length of the string table (0).
  const [version = 0, , , charset = 0] = document;
  return Uint8Array.from([version, 0x00, 0x00, charset, table.length, ...table, ...document.subarray(5)]);
}

/** The first message of a session, changed as bytes, is answered like any other. */
function documentCase(id: string, what: string, of: (document: Uint8Array) => Uint8Array): ServerCase {
  return {
    id,
    title: `${what} is read`,
    rule: RULE,
    encodings: ['wbxml'],
    async run({ device, rig }, check) {
      const { devId } = await device();
      const { statuses } = said(await rig.post(of(bytesOf(devId)), { type: WBXML }));
      check.equal(statuses, ['SyncHdr 200', 'Alert 200', 'Replace 200'], 'statuses');
    },
  };
}

export const ENCODINGS: ServerGroup = {
  id: 'S-12',
  title: 'Encodings',
  cases: [
    {
      id: 'S-12.1',
      title: 'XML is answered under the namespace of SyncML 1.2, WBXML as WBXML 1.2 of SyncML 1.2',
      rule: 'DM_RepPro 1.2.1, XML usage and WBXML usage',
      async run({ device, encoding }, check) {
        const phone = await device();
        const { answer } = await phone.say(packageOne(phone.devId));
        if (encoding === 'xml') {
          check.matches(answer.text, /<SyncML xmlns=['"]SYNCML:SYNCML1\.2['"]>/, 'root');
          return;
        }
        // The public identifier 0x1201, as a multi-byte integer.
        check.equal([...answer.bytes.subarray(0, 3)], [0x02, 0xa4, 0x01], 'version and public identifier');
      },
    },
    documentCase('S-12.2', 'WBXML 1.1', (document) => withVersion(document, 0x01)),
    documentCase('S-12.3', 'WBXML 1.3', (document) => withVersion(document, 0x03)),
    documentCase('S-12.4', 'A public identifier in the string table', (document) =>
      withTextId(document, '-//SYNCML//DTD SyncML 1.2//EN'),
    ),
    documentCase('S-12.5', 'A 1.2 message under the public identifier of SyncML 1.1', (document) =>
      withTextId(document, '-//SYNCML//DTD SyncML 1.1//EN'),
    ),
    {
      id: 'S-12.6',
      title: 'The generic media types of SyncML are taken',
      rule: 'SyncML HTTP binding 1.2, MIME types',
      async run({ device, rig, encoding }, check) {
        const { devId } = await device();
        const text = xmlMessage({ device: devId }, packageOne(devId));
        const body = encoding === 'xml' ? text : bytesOf(devId);
        const answer = await rig.post(body, { type: `application/vnd.syncml+${encoding}; charset=UTF-8` });
        check.equal(answer.httpStatus, 200, 'HTTP status');
        check.equal(answer.contentType, `application/vnd.syncml.dm+${encoding}`, 'Content-Type');
      },
    },
    {
      id: 'S-12.7',
      title: 'Bytes of a node reach the device as they are',
      rule: 'DM_TND 1.2.1, Format; DM_RepPro 1.2.1, Data',
      async run({ device, rig }, check) {
        const phone = await device();
        const value = Buffer.from([0, 1, 2, 0xff, 0x80]).toString('base64');
        await rig.task(phone.devId, [{ kind: 'replace', uri: './A', value, format: 'bin' }]);
        const { commands } = await phone.say(packageOne(phone.devId));
        const [item] = commands.flatMap((command) => ('items' in command ? command.items : []));
        const { data } = check.found(item, 'the Item');
        const bytes = typeof data === 'string' ? Buffer.from(data, 'base64') : data;
        check.equal(bytes instanceof Uint8Array ? [...bytes] : bytes, [0, 1, 2, 0xff, 0x80], 'bytes');
      },
    },
    {
      id: 'S-12.8',
      title: 'Bytes that a device returns, as base64, are kept as they are',
      rule: 'DM_TND 1.2.1, Format; DM_RepPro 1.2.1, Results',
      async run({ device, rig }, check) {
        const phone = await device();
        const task = await rig.task(phone.devId, [{ kind: 'get', uri: './A' }]);
        const first = await phone.say(packageOne(phone.devId));
        const results = answers(first, { './A': 'AAEC/4A=' }).replace(
          '<Data>AAEC',
          '<Meta><Format xmlns="syncml:metinf">b64</Format></Meta><Data>AAEC',
        );
        await phone.say(`${results}<Final/>`);
        const [result] = (await rig.showTask(task)).results ?? [];
        check.equal(
          { value: result?.value, format: result?.format },
          { value: 'AAEC/4A=', format: 'bin' },
          'result',
        );
      },
    },
    {
      id: 'S-12.9',
      title: 'Every answer reads back as the message that it is, without any deviation',
      rule: 'DM_RepPro 1.2.1, XML usage and WBXML usage',
      async run({ device, rig, encoding }, check) {
        const phone = await device({ server: { auth: 'basic', user: 'grove', password: 'a&b<c>' } });
        await rig.task(phone.devId, [{ kind: 'replace', uri: './A', value: 'é & <x> ]]> \u{1f600}' }]);
        const { answer } = await phone.say(packageOne(phone.devId));
        const { message, deviations } = decodeMessage(answer.bytes, encoding);
        check.equal(deviations, [], 'deviations');
        const [data] = message.body.commands.flatMap((command) =>
          command.name === 'Replace' ? command.items.map((item) => item.data) : [],
        );
        check.equal(data, 'é & <x> ]]> \u{1f600}', 'value');
      },
    },
  ],
};
