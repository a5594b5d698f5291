import type { ClientGroup } from '../stand.ts';
import { get } from '../xml.ts';

export const GET: ClientGroup = {
  id: 'C-05',
  title: 'Get',
  cases: [
    {
      id: 'C-05.1',
      title: 'Get of a leaf gives its value',
      rule: 'DM_RepPro 1.2.1, Get and Results',
      async run({ meet }, check) {
        const dialogue = await meet();
        const at = await dialogue.plant({ a: 'one' });
        const reply = await dialogue.say(get(`${at}/a`));
        check.equal(reply.codes, ['Get 200'], 'Statuses');
        check.equal(reply.value(`${at}/a`), 'one', 'Results');
        check.equal(reply.meta(`${at}/a`), { format: 'chr', type: 'text/plain' }, 'Meta of the Results');
      },
    },
    {
      id: 'C-05.2',
      title: 'Get of an interior node gives the names of its children, with / between them',
      rule: 'DM_RepPro 1.2.1, Get',
      async run({ meet }, check) {
        const dialogue = await meet();
        const at = await dialogue.plant({ a: 'one', b: {}, c: 'three' });
        const reply = await dialogue.say(get(at));
        check.equal(reply.codes, ['Get 200'], 'Statuses');
        check.equal(reply.value(at)?.split('/').sort(), ['a', 'b', 'c'], 'names of the children');
        check.equal(reply.meta(at).format, 'node', 'Meta Format of the Results');
      },
    },
    {
      id: 'C-05.3',
      title: 'Get of an interior node without children gives an empty Data',
      rule: 'DM_RepPro 1.2.1, Get',
      async run({ meet }, check) {
        const dialogue = await meet();
        const at = await dialogue.plant();
        const reply = await dialogue.say(get(at));
        check.equal(reply.codes, ['Get 200'], 'Statuses');
        check.equal(reply.value(at), '', 'Data of the Results');
        check.equal(reply.meta(at).format, 'node', 'Meta Format of the Results');
      },
    },
    {
      id: 'C-05.4',
      title: 'Get of a node that is not there is answered with 404 and gives no Results',
      rule: 'DM_RepPro 1.2.1, Get and Response status codes',
      async run({ meet }, check) {
        const dialogue = await meet();
        const at = await dialogue.plant();
        const reply = await dialogue.say(get(`${at}/none`));
        check.equal(reply.codes, ['Get 404'], 'Statuses');
        check.equal(reply.results, [], 'Results');
      },
    },
  ],
};
