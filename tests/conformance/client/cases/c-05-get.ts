import { commandCase } from '../command-case.ts';
import type { ClientGroup } from '../stand.ts';
import { add, get } from '../xml.ts';

/** Bytes that are no text. */
const BYTES = 'AAEC/wA=';

export const GET: ClientGroup = {
  id: 'C-05',
  title: 'Get',
  cases: [
    {
      id: 'C-05.1',
      title: 'Get of a leaf gives its value',
      rule: 'DM_RepPro 1.2.1, Get and Results',
      async run({ planted }, check) {
        const { dialogue, at } = await planted({ a: 'one' });
        const reply = await dialogue.say(get(`${at}/a`));
        check.equal(reply.codes, ['Get 200'], 'statuses');
        check.equal(reply.value(`${at}/a`), 'one', 'Results');
        check.equal(reply.meta(`${at}/a`), { format: 'chr', type: 'text/plain' }, 'Meta of the Results');
      },
    },
    {
      id: 'C-05.2',
      title: 'Get of an interior node gives the names of its children, with / between them',
      rule: 'DM_RepPro 1.2.1, Get',
      async run({ planted }, check) {
        const { dialogue, at } = await planted({ a: 'one', b: {}, c: 'three' });
        const reply = await dialogue.say(get(at));
        check.equal(reply.codes, ['Get 200'], 'statuses');
        check.equal(reply.value(at)?.split('/').sort(), ['a', 'b', 'c'], 'names of the children');
        check.equal(reply.meta(at).format, 'node', 'Meta Format of the Results');
      },
    },
    {
      id: 'C-05.3',
      title: 'Get of an interior node without children gives an empty Data',
      rule: 'DM_RepPro 1.2.1, Get',
      async run({ planted }, check) {
        const { dialogue, at } = await planted();
        const reply = await dialogue.say(get(at));
        check.equal(reply.codes, ['Get 200'], 'statuses');
        check.equal(reply.value(at), '', 'Data of the Results');
        check.equal(reply.meta(at).format, 'node', 'Meta Format of the Results');
      },
    },
    {
      id: 'C-05.4',
      title: 'Get of a node that is not there is answered with 404 and gives no Results',
      rule: 'DM_RepPro 1.2.1, Get and Response status codes',
      async run({ planted }, check) {
        const { dialogue, at } = await planted();
        const reply = await dialogue.say(get(`${at}/none`));
        check.equal(reply.codes, ['Get 404'], 'statuses');
        check.equal(reply.results, [], 'Results');
      },
    },
    {
      id: 'C-05.5',
      title: 'Each Item of a Get is answered for itself',
      rule: 'DM_RepPro 1.2.1, Item and Status',
      async run({ planted }, check) {
        const { dialogue, at } = await planted({ a: 'one', b: 'two' });
        const reply = await dialogue.say(get(`${at}/a`, `${at}/none`, `${at}/b`));
        const codes = reply.statuses.map(({ targetRef, code }) => [...targetRef, code].join(' '));
        check.equal(
          [...codes].sort(),
          [`${at}/a 200`, `${at}/b 200`, `${at}/none 404`],
          'TargetRef and code of the statuses',
        );
        check.equal([reply.value(`${at}/a`), reply.value(`${at}/b`)], ['one', 'two'], 'Results');
      },
    },
    {
      id: 'C-05.6',
      title: 'Get of the root gives the objects that every device has',
      rule: 'DM_TND 1.2.1, Addressing; DM_StdObj 1.2.1',
      async run({ meet }, check) {
        const names = (await (await meet()).read('.')).split('/');
        for (const name of ['DevInfo', 'DevDetail']) check.that(names.includes(name), `./${name} is missing`);
      },
    },
    {
      id: 'C-05.7',
      title: 'The bytes of a bin leaf come back as they were sent',
      rule: 'DM_TND 1.2.1, Format; DM_RepPro 1.2.1, Meta',
      async run({ planted }, check) {
        const { dialogue, at } = await planted();
        const uri = `${at}/bytes`;
        await dialogue.say(add(uri, BYTES, { format: 'b64', type: 'application/octet-stream' }));
        const reply = await dialogue.say(get(uri));
        check.equal(reply.codes, ['Get 200'], 'statuses');
        check.oneOf(
          reply.meta(uri).format,
          dialogue.encoding === 'xml' ? ['b64'] : ['b64', 'bin'],
          'Meta Format',
        );
        check.equal(reply.meta(uri).type, 'application/octet-stream', 'Meta Type');
        check.equal(reply.value(uri), BYTES, 'the bytes, in base64');
      },
    },
    {
      id: 'C-05.8',
      title: 'Results name the node in the Source of their Item',
      rule: 'DM_RepPro 1.2.1, Results',
      async run({ planted }, check) {
        const { dialogue, at } = await planted({ a: 'one' });
        const reply = await dialogue.say(get(`${at}/a`));
        check.equal(reply.items[0]?.source?.locURI, `${at}/a`, 'LocURI of the Source');
      },
    },
    commandCase({
      id: 'C-05.9',
      title: 'Text keeps characters that mean something in markup, and those beyond ASCII',
      rule: 'DM_RepPro 1.2.1, Data',
      send: (at) => add(`${at}/a`, '&lt;a&gt; &amp; &quot;ö€😀&quot;'),
      codes: ['Add 200'],
      after: { a: '<a> & "ö€😀"' },
    }),
    commandCase({
      id: 'C-05.10',
      title: 'Blanks and line ends in text are kept',
      rule: 'DM_RepPro 1.2.1, Data',
      send: (at) => add(`${at}/a`, '  one\n\ttwo  '),
      codes: ['Add 200'],
      after: { a: '  one\n\ttwo  ' },
    }),
    commandCase({
      id: 'C-05.11',
      title: 'A leaf may be empty',
      rule: 'DM_RepPro 1.2.1, Data',
      send: (at) => add(`${at}/a`, ''),
      codes: ['Add 200'],
      after: { a: '' },
    }),
  ],
};
