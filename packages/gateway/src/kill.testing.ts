// For the test of what is left after a kill: a gateway that notes in a file what it sends. Writes its URL once it listens.
import { appendFileSync, readFileSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { openGateway } from './index.ts';
import { kindOf, Network } from './network.testing.ts';

const [db = '', sent = '', accepted = ''] = process.argv.slice(2);
const network = new Network();
network.window = 10;
network.answer = async ({ content, id }) => {
  appendFileSync(sent, `${new TextDecoder().decode(content.body)}\n`);
  await nextTurn();
  // Some are delivered at once, of others the network reports later.
  if (Number(id) % 2 === 0) return { kind: 'delivered', text: 'done' };
  appendFileSync(accepted, `${id}\n`);
  setTimeout(() => report(id), 5);
  return { kind: 'accepted', references: [id], text: 'accepted', awaitsReceipt: true };
};

/** As networks do, it reports until it is told that its report was taken: what was not before, after the next start. */
function report(reference: string): void {
  network.report({ reference, outcome: 'delivered', text: 'DELIVRD' }).catch(() => {});
}

const gateway = await openGateway({
  db,
  kinds: [kindOf({ sms: network })],
  times: { lease: 1_500, poll: 20 },
  config: {
    listen: { port: 0 },
    clients: [{ name: 'pi', password: 'secret' }],
    bearers: [{ kind: 'test', name: 'sms', rate: 200 }],
  },
});
for (const reference of readFileSync(accepted, 'utf8').split('\n').slice(0, -1)) report(reference);
const { papUrl } = await gateway.listen();
process.stdout.write(`${papUrl}\n`);
