import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe } from 'vitest';
import { gatewaySuite } from './suite.testing.ts';

const folder = mkdtempSync(join(tmpdir(), 'grove-gateway-'));
let databases = 0;
afterAll(() => rmSync(folder, { recursive: true }));

describe('a gateway on SQLite', () => {
  gatewaySuite(async () => `sqlite:${join(folder, `${++databases}.db`)}`);
});
