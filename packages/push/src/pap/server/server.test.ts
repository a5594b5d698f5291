import { connect } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Initiator, PushReference, PushService, Submission } from '../index.ts';
import { post, serve } from '../pap.testing.ts';
import { type PapServerOptions, papServer } from './index.ts';

/** Says what it was asked, and answers as it is told. */
class Service implements PushService {
  readonly asked: [string, unknown, Initiator][] = [];
  failure: Error | undefined;

  async submit(submission: Submission, from: Initiator) {
    this.#ask('submit', submission, from);
    return { code: 1001, progressNotes: [{ stage: 'stored', time: 0 }] };
  }
  async cancel(push: PushReference, from: Initiator) {
    this.#ask('cancel', push, from);
    return [
      { code: 1000, addresses: push.addresses.map(({ text }) => text) },
      { code: 2008, desc: 'it is gone' },
    ];
  }
  async statusQuery(push: PushReference, from: Initiator) {
    this.#ask('statusQuery', push, from);
    return [{ state: 'pending' as const, code: 1000, eventTime: 1000 }];
  }
  async ccq(query: unknown, from: Initiator) {
    this.#ask('ccq', query, from);
    return { code: 1000, capabilities: Buffer.from('<rdf/>') };
  }
  #ask(what: string, value: unknown, from: Initiator) {
    if (this.failure) throw this.failure;
    this.asked.push([what, value, from]);
  }
}

async function start(options: Partial<PapServerOptions> = {}) {
  const service = new Service();
  const failures: unknown[] = [];
  const url = await serve(
    papServer({
      service,
      authenticate: (credentials) =>
        credentials?.password === 'secret' ? { name: credentials.user } : undefined,
      onFailure: (error) => failures.push(error),
      now: () => Date.UTC(2030, 0, 1),
      ...options,
    }),
  );
  return { service, failures, url };
}

const RELATED = { 'Content-Type': 'multipart/related; boundary=b; type=application/xml' };
const XML = { 'Content-Type': 'application/xml' };
const DOCTYPE_1 =
  '<!DOCTYPE pap PUBLIC "-//WAPFORUM//DTD PAP//EN" "http://www.wapforum.org/DTD/pap_1.0.dtd">';

function push(
  attributes = '',
  inner = '<address address-value="WAPPUSH=+15550100/TYPE=PLMN@ppg"/>',
  doctype = '',
): string {
  return `--b\nContent-Type: application/xml\n\n<?xml version="1.0"?>${doctype}<pap><push-message push-id="1@pi" ${attributes}>${inner}</push-message></pap>\n--b\n`;
}
const CONTENT =
  'X-WAP-Application-Id: x-wap-application:syncml.dm\nContent-Type: text/plain; charset=utf-8\nContent-Language: en\nContent-Length: 4\n\nhi\r\n\n--b';

describe('a PAP server', () => {
  it('takes a push with all that belongs to it', async () => {
    const { service, url } = await start();
    const attributes = `deliver-before-timestamp="2030-01-01T00:00:00Z" progress-notes-requested="true" replace-push-id="0@pi" ppg-notify-requested-to="http://pi.example/notify"`;
    const inner =
      '<address address-value="WAPPUSH=+1-555-0100/TYPE=PLMN@ppg"/><quality-of-service bearer="SMS" bearer-required="true"/>';
    const body = `${push(attributes, inner)}${CONTENT}\nContent-Type: application/rdf+xml\n\n<rdf/>\n--b--`;
    const answer = await post(url, body, RELATED);
    expect(answer.status).toBe(202);
    expect(answer.document).toEqual({
      version: '2.1',
      productName: 'Grove',
      message: {
        name: 'push-response',
        pushId: '1@pi',
        senderName: 'Grove',
        replyTime: Date.UTC(2030, 0, 1),
        progressNotes: [{ stage: 'stored', time: 0 }],
        result: { code: 1001, desc: 'Accepted for Processing' },
      },
    });
    expect(service.asked).toMatchObject([
      [
        'submit',
        {
          pushId: '1@pi',
          addresses: [
            { text: 'WAPPUSH=+1-555-0100/TYPE=PLMN@ppg', address: { kind: 'plmn', number: '+15550100' } },
          ],
          content: {
            contentType: 'text/plain; charset=utf-8',
            applicationId: 'x-wap-application:syncml.dm',
            headers: [['content-language', 'en']],
            body: Buffer.from('hi\r\n'),
          },
          capabilities: Buffer.from('<rdf/>'),
          replaces: { pushId: '0@pi', method: 'all' },
          deliverBefore: Date.UTC(2030, 0, 1),
          progressNotesRequested: true,
          notifyRequestedTo: 'http://pi.example/notify',
          quality: {
            priority: 'medium',
            deliveryMethod: 'notspecified',
            bearer: 'SMS',
            bearerRequired: true,
            networkRequired: false,
          },
          version: '2.1',
        },
        { name: 'pi' },
      ],
    ]);
  });

  it('answers in the version of who asks', async () => {
    const { url } = await start();
    const { document, text } = await post(url, `${push('', undefined, DOCTYPE_1)}${CONTENT}--`, RELATED);
    expect(document?.version).toBe('1.0');
    expect(text).toContain('-//WAPFORUM//DTD PAP//EN');
  });

  it('cancels, tells states and capabilities', async () => {
    const { service, url } = await start();
    const address = 'WAPPUSH=a/TYPE=USER';
    const ask = (message: string) => post(url, `<pap>${message}</pap>`, XML);
    const cancelled = await ask(
      `<cancel-message push-id="1"><address address-value="${address}"/></cancel-message>`,
    );
    expect(cancelled.document?.message).toEqual({
      name: 'cancel-response',
      pushId: '1',
      results: [
        { code: 1000, desc: 'OK', addresses: [address] },
        { code: 2008, desc: 'it is gone' },
      ],
    });
    const states = await ask('<statusquery-message push-id="1"/>');
    expect(states.document?.message).toMatchObject({
      results: [{ state: 'pending', code: 1000, desc: 'OK', eventTime: 1000 }],
    });
    const capabilities = await ask(
      `<ccq-message query-id="q" app-id="x"><address address-value="${address}"/></ccq-message>`,
    );
    expect(capabilities.headers.get('content-type')).toContain('multipart/related');
    expect(capabilities.text).toMatch(
      /<ccq-response query-id="q" code="1000" desc="OK">.*application\/rdf\+xml\r\n\r\n<rdf\/>/s,
    );
    expect(service.asked.map(([what]) => what)).toEqual(['cancel', 'statusQuery', 'ccq']);
  });

  it.each([
    [
      'not well-formed',
      '--b\n\n<pap>\n--b--',
      'badmessage-response',
      2000,
      /line 1, column \d+: unclosed tag/,
    ],
    ['no multipart', '<pap/>', 'badmessage-response', 2000, /the boundary is "b"/],
    [
      'another version',
      `${push('', undefined, '<!DOCTYPE pap PUBLIC "-//OMA//DTD PAP 9.9//EN" "x">')}${CONTENT}--`,
      'badmessage-response',
      3002,
      /2\.1, 2\.0, 1\.0/,
    ],
    [
      'control not first',
      `--b\nContent-Type: text/plain\n\nhi\n${push()}${CONTENT}--`,
      'badmessage-response',
      2000,
      /part 1 is "text\/plain"/,
    ],
    ['no content', `${push().replace(/--b\n$/, '--b--')}`, 'push-response', 2000, /no content/],
    [
      'content that is no base64',
      `${push('', undefined, DOCTYPE_1)}Content-Transfer-Encoding: base64\n\n!\n--b--`,
      'push-response',
      2000,
      /part 2 says that it is base64 and is not/,
    ],
    ['half a content', `${push()}A: b\n\nx`, 'push-response', 2000, /ends within part 2/],
    [
      'content without a type',
      `${push()}\nhi\n--b--`,
      'push-response',
      2000,
      /the content has no Content-Type/,
    ],
    ['four parts', `${push()}${CONTENT}\n\n\n--b\n\n\n--b--`, 'push-response', 2000, /there are 4 parts/],
    [
      'a bad address',
      `${push('', '<address address-value="+15550100"/>')}${CONTENT}--`,
      'push-response',
      2002,
      /address \+15550100: expected WAPPUSH=/,
    ],
    [
      'no time between',
      `${push('deliver-before-timestamp="2030-01-01T00:00:00Z" deliver-after-timestamp="2030-01-01T00:00:00Z"')}${CONTENT}--`,
      'push-response',
      2000,
      /not after/,
    ],
    [
      'a notification to a file',
      `${push('ppg-notify-requested-to="file:///etc/passwd"')}${CONTENT}--`,
      'push-response',
      2000,
      /expected an http or https URL/,
    ],
  ])('says what is wrong: %s', async (_, body, name, code, problem) => {
    const { service, url } = await start();
    const answer = await post(url, body, RELATED);
    expect(answer.status).toBe(202);
    const message = answer.document?.message;
    expect(message?.name).toBe(name);
    const result = message?.name === 'push-response' ? message.result : message;
    expect(result).toMatchObject({ code, desc: expect.stringMatching(problem) });
    expect(service.asked).toEqual([]);
  });

  it('answers each kind of broken message in kind, and what is not for it', async () => {
    const { url } = await start();
    const ask = async (message: string) => (await post(url, `<pap>${message}</pap>`, XML)).document?.message;
    expect(await ask('<cancel-message push-id="1" x=""/>')).toMatchObject({
      name: 'cancel-response',
      pushId: '1',
      results: [{ code: 2000 }],
    });
    expect(await ask('<statusquery-message push-id=""/>')).toMatchObject({
      results: [{ state: 'unknown', code: 2000, desc: 'push-id is empty' }],
    });
    expect(await ask('<ccq-message query-id="q"/>')).toMatchObject({
      name: 'ccq-response',
      queryId: 'q',
      code: 2000,
    });
    expect(await ask('<badmessage-response code="2000"/>')).toMatchObject({
      name: 'badmessage-response',
      code: 2000,
    });
  });

  it('says 3000 and no more when its service fails', async () => {
    const { service, failures, url } = await start();
    service.failure = new Error('database is locked at /var/lib');
    const { status, text, document } = await post(url, `${push()}${CONTENT}--`, RELATED);
    expect(status).toBe(202);
    expect(document?.message).toMatchObject({
      name: 'push-response',
      result: { code: 3000, desc: 'Internal Server Error' },
    });
    expect(text).not.toContain('locked');
    expect(failures).toEqual([service.failure]);
  });

  it('has an answer of PAP to whatever is damaged', async () => {
    const { failures, url } = await start();
    const whole = Buffer.from(`${push('', undefined, DOCTYPE_1)}${CONTENT}--`);
    const damage = fc.tuple(fc.nat(whole.length), fc.nat(20), fc.uint8Array({ maxLength: 8 }));
    await fc.assert(
      fc.asyncProperty(damage, async ([at, cut, put]) => {
        const body = Buffer.concat([whole.subarray(0, at), put, whole.subarray(at + cut)]);
        const { status, document } = await post(url, body, RELATED);
        expect(status).toBe(202);
        expect(document?.message.name).toMatch(/^(push|badmessage)-response$/);
      }),
    );
    expect(failures).toEqual([]);
  });

  it('lets nobody in without his password', async () => {
    const { service, url } = await start();
    for (const Authorization of [
      '',
      'Basic !',
      'Bearer x',
      `Basic ${btoa('pi')}`,
      `Basic ${btoa('pi:wrong')}`,
    ]) {
      const { status, headers } = await post(url, `${push()}${CONTENT}--`, { ...RELATED, Authorization });
      expect(status).toBe(401);
      expect(headers.get('www-authenticate')).toBe('Basic realm="push", charset="UTF-8"');
    }
    expect(service.asked).toEqual([]);
  });

  it('has an answer to what is no request of PAP', async () => {
    const { url } = await start({ largest: 1000 });
    const get = await fetch(url);
    expect([get.status, get.headers.get('allow')]).toEqual([405, 'POST']);
    for (const type of [
      'text/html',
      'multipart/form-data; boundary=b',
      'x',
      'multipart/related; boundary="b',
    ]) {
      const { status, document } = await post(url, 'x', { 'Content-Type': type });
      expect(status).toBe(415);
      expect(document?.message).toMatchObject({
        code: 2000,
        desc: expect.stringContaining('expected multipart/related or application/xml'),
      });
    }
    expect((await post(url, 'x', { ...XML, 'Content-Encoding': 'gzip' })).status).toBe(415);
    expect((await post(url, 'x'.repeat(1001), XML)).status).toBe(413);
    const chunks = new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(400)) });
    const streamed = fetch(url, {
      method: 'POST',
      body: chunks,
      duplex: 'half',
      headers: { ...XML, Authorization: `Basic ${btoa('pi:secret')}` },
    });
    expect((await streamed).status).toBe(413);
  });

  it('does not wait for ever', async () => {
    const { url } = await start({ patience: 20 });
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    socket.write(
      `POST /pap HTTP/1.1\r\nHost: x\r\nAuthorization: Basic ${btoa('pi:secret')}\r\nContent-Type: application/xml\r\nContent-Length: 10\r\n\r\n<pap`,
    );
    let answer = '';
    for await (const chunk of socket) answer += chunk;
    expect(answer).toMatch(/^HTTP\/1\.1 408 .*did not come within 20 ms/s);
  });
});
