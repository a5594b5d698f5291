// The SMS centre for labs, as people run it.
import { openEsme, PLAIN_MESSAGE } from '@grove/push';
import { expect, onTestFinished, test } from 'vitest';
import { grove, startGrove } from './grove.testing.ts';

async function bound(port: number, password: string) {
  const esme = openEsme(
    { host: '127.0.0.1', port, bindAs: 'transmitter', systemId: 'lab', password },
    { random: (bytes) => new Uint8Array(bytes), onDeliver: async () => 0, log: () => {} },
  );
  onTestFinished(() => esme.close());
  await esme.bound;
  return esme;
}

const message = {
  ...PLAIN_MESSAGE,
  source_addr: '1234',
  destination_addr: '441632960001',
  esm_class: 0x40,
  data_coding: 4,
  short_message: Buffer.from('0b05040b84c0020003a70201616263', 'hex'),
};

test('it tells what passes, to people and to machines', async () => {
  const lab = ['--system-id', 'lab', '--password', 'secret', '--port', '0'];
  const forPeople = startGrove(['smsc', ...lab]);
  const [, port] = await forPeople.printed(/listens on 127\.0\.0\.1:(\d+)/);
  await (await bound(Number(port), 'secret')).submit(message);
  await forPeople.printed(/lab bound as transmitter/);
  await forPeople.printed(/00000001 1234 → 441632960001, 15 bytes, part 1 of 2, reference 167, to port 2948/);
  forPeople.child.kill('SIGTERM');
  expect(await forPeople.ended).toBe(0);

  const forMachines = startGrove(['smsc', ...lab, '--refuse', 'ESME_RTHROTTLED', '--json']);
  const [, other] = await forMachines.printed(/"event":"listening","host":"127.0.0.1","port":(\d+)/);
  void (await bound(Number(other), 'secret')).submit(message);
  const [line] = await forMachines.printed(/^.*"event":"refused".*$/m);
  expect(JSON.parse(line)).toMatchObject({
    by: 'lab',
    status: 0x58,
    message: {
      from: '1234',
      to: '441632960001',
      ports: { destination: 2948 },
      part: { reference: 0xa7, total: 2, sequence: 1 },
      hex: '0b05040b84c0020003a70201616263',
    },
  });
});

test('what cannot be meant is said in one line', async () => {
  expect(await grove(['smsc', '--refuse', 'ESME_RNONE'])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('Expected a status of SMPP such as ESME_RTHROTTLED or 0x58.'),
  });
  expect(await grove(['smsc', '--password', 'x'])).toMatchObject({
    code: 2,
    stderr: 'grove: --password goes with --system-id\n',
  });
});
