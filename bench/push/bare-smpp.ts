/** The baseline of pushes over SMS: the same messages in a bare loop over the package `smpp`, with nothing around it. */
import { once } from 'node:events';
import type { MessageFields } from '@grove/push';
import smpp, { type PDU, type Session } from 'smpp';

/**
 * Submits a message so often.
 *
 * @param window how many wait for their answers at once
 * @returns messages per second, from the first one sent to the last one answered
 */
export async function bareLoop(
  port: number,
  message: MessageFields,
  times: number,
  window: number,
): Promise<number> {
  const session = smpp.connect({ host: '127.0.0.1', port });
  await once(session, 'connect');
  await request(session, new smpp.PDU('bind_transceiver', { system_id: 'bench', password: 'bench' }));
  const begin = performance.now();
  await new Promise<void>((resolve, reject) => {
    let sent = 0;
    let answered = 0;
    const next = () => {
      sent += 1;
      session.send(new smpp.PDU('submit_sm', { ...message }), ({ command_status }) => {
        if (command_status !== 0) reject(new Error(`answered with ${command_status}`));
        answered += 1;
        if (sent < times) next();
        else if (answered === times) resolve();
      });
    };
    for (let index = 0; index < Math.min(window, times); index++) next();
  });
  const rate = (times * 1000) / (performance.now() - begin);
  session.destroy();
  return rate;
}

function request(session: Session, pdu: PDU): Promise<PDU> {
  return new Promise((resolve) => session.send(pdu, resolve));
}
