import { packageOne, xmlMessage } from '../../../rig/device.testing.ts';
import { WBXML, XML } from '../../../rig/rig.testing.ts';
import type { ServerGroup } from '../stand.ts';

const POST = 'SyncML HTTP binding 1.2, Exchanging messages';
const HEADERS = 'SyncML HTTP binding 1.2, General header requirements';
const MEDIA = 'SyncML HTTP binding 1.2, MIME header type requirement';

export const HTTP: ServerGroup = {
  id: 'S-18',
  title: 'HTTP',
  cases: [
    {
      id: 'S-18.1',
      title: 'A POST is answered with 200 and the message of the server as its body',
      rule: POST,
      async run({ device, encoding }, check) {
        const phone = await device();
        const { answer } = await phone.say(packageOne(phone.devId));
        check.equal(answer.httpStatus, 200, 'HTTP status');
        check.equal(answer.contentType, encoding === 'xml' ? XML : WBXML, 'Content-Type');
        check.equal(answer.headers['content-length'], String(answer.bytes.length), 'Content-Length');
        check.equal(answer.headers['cache-control'], 'no-store', 'Cache-Control');
      },
    },
    {
      id: 'S-18.2',
      title: 'What is no POST is answered with 405, and Allow says POST',
      rule: POST,
      encodings: ['xml'],
      async run({ rig }, check) {
        for (const method of ['GET', 'PUT', 'DELETE']) {
          const response = await fetch(`${rig.url}/dm`, { method });
          await response.arrayBuffer();
          check.equal(response.status, 405, `HTTP status for ${method}`);
          check.equal(response.headers.get('allow'), 'POST', `Allow for ${method}`);
        }
      },
    },
    {
      id: 'S-18.3',
      title: 'Another media type than those of SyncML is answered with 415, and nothing is taken',
      rule: MEDIA,
      encodings: ['xml'],
      async run({ device, rig }, check) {
        const { devId } = await device();
        const message = xmlMessage({ device: devId }, packageOne(devId));
        for (const type of ['text/xml', 'application/xml', 'application/vnd.syncml.ds+xml']) {
          check.equal((await rig.post(message, { type })).httpStatus, 415, `HTTP status for ${type}`);
        }
        check.equal(await rig.sessions(devId), [], 'sessions');
      },
    },
    {
      id: 'S-18.4',
      title: 'Parameters of the media type, and capitals in it, mean nothing',
      rule: MEDIA,
      encodings: ['xml'],
      async run({ device, rig }, check) {
        for (const type of [`${XML}; charset=utf-8`, `${XML.toUpperCase()};verproto=DM/1.2;verdtd=1.2`]) {
          const { devId } = await device();
          const answer = await rig.post(xmlMessage({ device: devId }, packageOne(devId)), { type });
          check.equal(answer.httpStatus, 200, `HTTP status for ${type}`);
        }
      },
    },
    {
      id: 'S-18.5',
      title: 'A message larger than the MaxMsgSize of the server is answered with 413',
      rule: HEADERS,
      encodings: ['xml'],
      async run({ device, rig }, check) {
        const phone = await device();
        const { message } = await phone.say(packageOne(phone.devId));
        const { maxMsgSize = 0 } = message.header.meta ?? {};
        const blanks = ' '.repeat(maxMsgSize);
        const large = xmlMessage(
          { device: phone.devId, sessionID: '2' },
          `${blanks}${packageOne(phone.devId)}`,
        );
        check.equal((await rig.post(large)).httpStatus, 413, 'HTTP status');
      },
    },
  ],
};
