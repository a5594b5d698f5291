import { ReceiverError, startSmsc } from '@grove/push';
import { expect, onTestFinished, test } from 'vitest';
import { openReception, type ReachedBy } from './index.ts';

const onPush = async (): Promise<void> => {};

test('a phone is reached by several bearers, and hears how each is', async () => {
  const centre = await startSmsc({ port: 0, now: Date.now });
  onTestFinished(() => centre.close());
  const up = Promise.withResolvers<readonly ReachedBy[]>();
  const reception = await openReception(
    ['udp://127.0.0.1:0', `smpp://phone:secret@127.0.0.1:${centre.port}?number=%2B441632960001`],
    {
      onPush,
      onChange: (bearers) => {
        if (bearers.length === 2 && bearers.every(({ state }) => state === 'up')) up.resolve(bearers);
      },
    },
  );
  onTestFinished(() => reception.close());
  expect(await up.promise).toMatchObject([
    { bearer: 'udp', address: expect.stringMatching(/^127\.0\.0\.1:\d+$/) },
    { bearer: 'sms', address: '+441632960001' },
  ]);
});

test('where one bearer cannot be opened, none is', async () => {
  const taken = await openReception(['udp://127.0.0.1:0'], { onPush });
  onTestFinished(() => taken.close());
  const url = `udp://${taken.bearers[0]?.address}`;
  const spare = await openReception(['udp://127.0.0.1:0'], { onPush });
  const free = `udp://${spare.bearers[0]?.address}`;
  await spare.close();
  await expect(openReception([free, url], { onPush })).rejects.toThrow(ReceiverError);
  const again = await openReception([free], { onPush });
  await again.close();
});

test('a URL of no known kind is refused with the forms that there are, and without its password', async () => {
  const opening = openReception(['fax://user:open-sesame@example.com'], { onPush });
  await expect(opening).rejects.toThrow(/^a bearer begins with "fax:"; expected .*smpp:.*udp:/);
  await expect(opening).rejects.not.toThrow(/open-sesame/);
});
