/** All terminals of a SIP network in a process of its own: each MESSAGE gets a 200 at once, with the headers that it came with. */
import { createSocket } from 'node:dgram';
import { counting } from './counting.ts';

const COPIED = /^(?:Via|From|To|Call-ID|CSeq):.*\r\n/gm;
const TAG = /^To:(?!.*;tag=).*(?=\r\n)/m;

const counted = counting();
const socket = createSocket('udp4');
socket.on('message', (bytes, { address, port }) => {
  const head = bytes.toString('latin1', 0, Math.max(0, bytes.indexOf('\r\n\r\n') + 2));
  const headers = (head.match(COPIED) ?? []).join('').replace(TAG, '$&;tag=terminal');
  socket.send(`SIP/2.0 200 OK\r\n${headers}Content-Length: 0\r\n\r\n`, port, address);
  counted.note();
});
socket.bind(0, '127.0.0.1', () => process.send?.({ port: socket.address().port }));
process.once('disconnect', () => process.exit());
