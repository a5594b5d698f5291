import { expect, test } from 'vitest';
import { Turns } from './index.ts';

/** Work that ends when it is told to. */
function job(turns: Turns, name: string, log: string[]) {
  const end = Promise.withResolvers<void>();
  const abort = new AbortController();
  const done = turns
    .take(async () => {
      log.push(`${name} begins`);
      await end.promise;
    }, abort.signal)
    .then(
      () => log.push(`${name} ends`),
      () => log.push(`${name} is given up`),
    );
  return { end: end.resolve, giveUp: () => abort.abort(new Error('given up')), done };
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('one thing follows the other, and what nobody wants any more is not waited for', async () => {
  const log: string[] = [];
  const turns = new Turns();
  const [first, second, third, fourth] = ['1', '2', '3', '4'].map((name) => job(turns, name, log));
  // It gives up its place, but the first one is still on the screen.
  second?.giveUp();
  await second?.done;
  await settled();
  expect(log).toEqual(['1 begins', '2 is given up']);
  first?.end();
  await settled();
  expect(log.slice(2)).toEqual(['1 ends', '3 begins']);
  // It does not end, but its turn does.
  third?.giveUp();
  await settled();
  expect(log.slice(4)).toEqual(['4 begins']);
  fourth?.end();
  await fourth?.done;
});
