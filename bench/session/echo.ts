/** The baseline: a bare node:http server that answers each request with its own body. */
import { createServer } from 'node:http';
import { residentMemory } from './memory.ts';

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const body = Buffer.concat(chunks);
    response.writeHead(200, {
      'Content-Type': 'application/vnd.syncml.dm+xml',
      'Content-Length': body.length,
    });
    response.end(body);
  });
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (typeof address === 'object' && address !== null) process.send?.({ port: address.port });
});
process.on('message', () => process.send?.({ memory: residentMemory() }));
process.on('disconnect', () => process.exit());
