/** An SMS centre in a process of its own that takes every message at once and delivers none. */
import { createServer, type Socket } from 'node:net';
import { counting } from './counting.ts';

const HEADER = 16;
const SUBMIT_SM = 0x00000004;
const RESPONSE = 0x80000000;
/** Those whose response has a text in its body: binds, and submit_sm. */
const WITH_TEXT = new Set([0x00000001, 0x00000002, 0x00000009, SUBMIT_SM]);

const counted = counting();

function answer(socket: Socket, pdu: Buffer): void {
  const command = pdu.readUInt32BE(4);
  if (command >= RESPONSE) return;
  const text = WITH_TEXT.has(command) ? Buffer.from(`${counted.count + 1}\0`) : Buffer.alloc(0);
  const response = Buffer.alloc(HEADER + text.length);
  response.writeUInt32BE(response.length, 0);
  response.writeUInt32BE(command + RESPONSE, 4);
  pdu.copy(response, 12, 12, HEADER);
  text.copy(response, HEADER);
  socket.write(response);
  if (command === SUBMIT_SM) counted.note();
}

const server = createServer((socket) => {
  socket.setNoDelay(true);
  let rest: Buffer = Buffer.alloc(0);
  socket.on('data', (bytes: Buffer) => {
    rest = rest.length === 0 ? bytes : Buffer.concat([rest, bytes]);
    while (rest.length >= HEADER && rest.length >= rest.readUInt32BE(0)) {
      const length = rest.readUInt32BE(0);
      answer(socket, rest.subarray(0, length));
      rest = rest.subarray(length);
    }
  });
  socket.on('error', () => socket.destroy());
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.send?.({ port: typeof address === 'object' ? address?.port : 0 });
});
process.once('disconnect', () => process.exit());
