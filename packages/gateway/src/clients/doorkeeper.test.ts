import { expect, it } from 'vitest';
import { Doorkeeper } from './doorkeeper.ts';

function keeper() {
  const clock = { now: 0 };
  const locked: string[] = [];
  const doorkeeper = new Doorkeeper({
    clients: [
      { name: 'pi', password: 'secret' },
      { name: 'server', password: 'x'.repeat(20) },
    ],
    now: () => clock.now,
    onLocked: (user, place) => locked.push(`${user} ${place}`),
  });
  const admit = (password: string, place = '192.0.2.1', user = 'pi') =>
    doorkeeper.admit({ user, password }, place);
  return { clock, locked, admit, doorkeeper };
}

it('knows clients by their passwords', () => {
  const { admit, doorkeeper } = keeper();
  expect(admit('secret')).toEqual({ name: 'pi' });
  expect(admit('wrong')).toBeUndefined();
  expect(admit('', '192.0.2.1', 'nobody')).toBeUndefined();
  expect(doorkeeper.admit(undefined, '192.0.2.1')).toBeUndefined();
});

it('does not listen for a while to a place from which wrong ones come, and to others it does', () => {
  const { clock, locked, admit } = keeper();
  for (let n = 0; n < 5; n++) admit('wrong');
  expect(admit('secret')).toEqual({ name: 'pi' });
  for (let n = 0; n < 6; n++) admit('wrong');
  expect(locked).toEqual(['pi 192.0.2.1']);
  expect(admit('secret')).toBeUndefined();
  expect(admit('secret', '192.0.2.2')).toEqual({ name: 'pi' });
  clock.now = 999;
  expect(admit('secret')).toBeUndefined();
  clock.now = 1_000;
  expect(admit('wrong')).toBeUndefined();
  clock.now = 2_999;
  expect(admit('secret')).toBeUndefined();
  clock.now = 3_000;
  expect(admit('secret')).toEqual({ name: 'pi' });
  admit('wrong');
  expect(admit('secret')).toEqual({ name: 'pi' });
});

it('shuts nobody out for the sake of a password that cannot be guessed', () => {
  const { admit } = keeper();
  for (let n = 0; n < 20; n++) expect(admit('wrong', '127.0.0.1', 'server')).toBeUndefined();
  expect(admit('x'.repeat(20), '127.0.0.1', 'server')).toEqual({ name: 'server' });
});

it('makes nobody wait longer than five minutes', () => {
  const { clock, admit } = keeper();
  for (let n = 0; n < 30; n++) {
    admit('wrong');
    clock.now += 5 * 60_000;
  }
  expect(admit('secret')).toEqual({ name: 'pi' });
});
