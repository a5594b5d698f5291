// Grove in a process of its own, which tells its address and token and, when asked, what memory it holds.

import { readFileSync } from 'node:fs';
import { openGrove } from '@grove/server';
import { held } from './memory.ts';

const [data] = process.argv.slice(2);
const grove = await openGrove({
  data,
  port: 0,
  housekeepingInterval: 2_000,
  retention: { traceAge: 5_000, refusals: 1_000 },
  limits: { sessionTimeout: 10_000 },
});
const { url } = await grove.listen();
const { firstToken } = grove;
const token =
  firstToken !== undefined && 'file' in firstToken ? readFileSync(firstToken.file, 'utf8').trim() : '';
process.on('message', () => process.send?.(held()));
process.on('disconnect', () => grove.close());
process.send?.({ url, token });
