import type { ClientCase, ClientGroup } from '../stand.ts';
import { add, cdata } from '../xml.ts';

const RULE = 'DM_RepPro 1.2.1, XML usage';

/** One Add in a message whose markup is rewritten: it means the same. */
function rewritten(
  listed: Pick<ClientCase, 'id' | 'title'>,
  data: string,
  rewrite: (xml: string) => string | Uint8Array,
  expected: string,
): ClientCase {
  return {
    ...listed,
    rule: RULE,
    encodings: ['xml'],
    async run({ planted }, check) {
      const { dialogue, at } = await planted();
      const message = rewrite(dialogue.compose(add(`${at}/a`, data)));
      const bytes = typeof message === 'string' ? new TextEncoder().encode(message) : message;
      const reply = await dialogue.sayBytes(bytes);
      check.equal(reply?.codes, ['Add 200'], 'statuses');
      check.equal(await dialogue.read(`${at}/a`), expected, 'value');
    },
  };
}

export const XML: ClientGroup = {
  id: 'C-42',
  title: 'XML',
  cases: [
    rewritten({ id: 'C-42.1', title: 'A CDATA section is text' }, cdata('<a> & b'), (xml) => xml, '<a> & b'),
    rewritten(
      { id: 'C-42.2', title: 'Character references stand for their characters' },
      '&#65;&#x20AC;&#128512;',
      (xml) => xml,
      'A€😀',
    ),
    rewritten(
      { id: 'C-42.3', title: 'Elements may have a prefix for their namespace' },
      'x',
      (xml) =>
        xml
          .replaceAll(/<(\/?)([A-Z]\w*)/g, '<$1s:$2')
          .replace('xmlns="SYNCML:SYNCML1.2"', 'xmlns:s="SYNCML:SYNCML1.2"'),
      'x',
    ),
    rewritten(
      { id: 'C-42.4', title: 'The XML declaration may be missing' },
      'x',
      (xml) => xml.replace(/^<\?xml.*\?>\n/, ''),
      'x',
    ),
    rewritten(
      { id: 'C-42.5', title: 'Comments and blanks between elements mean nothing' },
      'x',
      (xml) => xml.replaceAll(/><(?=[A-Z])/g, '>\n  <!-- a comment -->\n  <'),
      'x',
    ),
    rewritten(
      { id: 'C-42.6', title: 'A byte order mark may come first' },
      'x',
      (xml) => Uint8Array.from([0xef, 0xbb, 0xbf, ...new TextEncoder().encode(xml)]),
      'x',
    ),
    {
      id: 'C-42.7',
      title: 'The client answers XML with XML in UTF-8, in the namespace of SyncML 1.2',
      rule: RULE,
      encodings: ['xml'],
      async run({ begin }, check) {
        const { body } = (await begin()).last.sent;
        const text = new TextDecoder('utf-8', { fatal: true }).decode(body);
        check.matches(text, /<SyncML [^>]*xmlns="SYNCML:SYNCML1\.2"/, 'document element');
      },
    },
  ],
};
