import { expect, it } from 'vitest';
import { indentXml } from './indent.ts';

it.each([
  ['<a><b>1</b><c/></a>', '<a>\n  <b>1</b>\n  <c/>\n</a>'],
  ['<a>\n <b> 1 </b>\n\n</a>\n', '<a>\n  <b> 1 </b>\n</a>'],
  ['<?xml version="1.0"?>\n<a x="1"></a>', '<?xml version="1.0"?>\n<a x="1"></a>'],
  ['<a><![CDATA[<b>]]></a>', '<a><![CDATA[<b>]]></a>'],
  ['<a><b><!-- c --><d>x</d></b></a>', '<a>\n  <b>\n    <!-- c -->\n    <d>x</d>\n  </b>\n</a>'],
  ['<a>text<b/>more</a>', '<a>\n  text\n  <b/>\n  more\n</a>'],
  ['', ''],
])('indents %j', (xml, indented) => {
  expect(indentXml(xml)).toBe(indented);
});
