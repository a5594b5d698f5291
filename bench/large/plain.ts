/** The baseline: a bare node:http server that keeps what is PUT in a file on the disk, and gives it back. */
import { createReadStream, createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type Peak, samplePeak } from './peak.ts';

const folder = mkdtempSync(join(tmpdir(), 'grove-bench-plain-'));
const file = join(folder, 'object');

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method === 'PUT') {
    await pipeline(request, createWriteStream(file, { flush: true }));
    response.end();
  } else await pipeline(createReadStream(file), response);
}

const server = createServer((request, response) => void answer(request, response));
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (typeof address === 'object' && address !== null) process.send?.({ port: address.port });
});
let peak: Peak | undefined;
process.on('message', (wish) => {
  if (wish === 'sample') peak = samplePeak();
  process.send?.({ peak: wish === 'sample' ? 0 : (peak?.end() ?? 0) });
});
process.on('disconnect', () => {
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true });
});
