import { randomBytes } from 'node:crypto';
import pino from 'pino';
import { expect, it } from 'vitest';
import { openOwnGateway } from './index.ts';

it('does not let another client pass for the server', async () => {
  const opening = openOwnGateway({
    config: { bearers: [{ kind: 'udp' }], clients: [{ name: 'grove', password: 'hers' }] },
    db: 'sqlite::memory:',
    results: { user: 'gateway', password: 'secret' },
    now: Date.now,
    random: (bytes) => new Uint8Array(randomBytes(bytes)),
    log: pino({ level: 'silent' }),
  });
  await expect(opening).rejects.toThrow('clients/0/name');
});
