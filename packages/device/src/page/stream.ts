import type { IncomingMessage, ServerResponse } from 'node:http';

/**
 * Sends a value as server-sent events: now, and after each change. Changes that come at once, or while the browser
 * does not read, become one event with the newest value.
 */
export function streamEvents(
  request: IncomingMessage,
  response: ServerResponse,
  value: () => unknown,
  onChange: (listener: () => void) => () => void,
): void {
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
  });
  let scheduled = false;
  let blocked = false;
  const send = (): void => {
    if (scheduled || blocked) return;
    scheduled = true;
    setImmediate(() => {
      scheduled = false;
      if (response.destroyed) return;
      blocked = !response.write(`data: ${JSON.stringify(value())}\n\n`);
    });
  };
  response.on('drain', () => {
    blocked = false;
    send();
  });
  const stop = onChange(send);
  request.on('close', stop);
  response.on('close', stop);
  send();
}
