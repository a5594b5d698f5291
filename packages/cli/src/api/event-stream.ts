/** A block of a stream of server-sent events: what the server says, or only how far its reader has seen. */
export interface Block {
  readonly id?: string;
  readonly data?: string;
  /** Milliseconds to wait before coming again. */
  readonly retry?: number;
}

/** Characters of a line that is read. */
const LONGEST = 1024 * 1024;

/**
 * Reads a stream of server-sent events.
 *
 * Source: HTML standard, "server-sent events", interpretation of an event stream; the type of an event is not looked at.
 *
 * @throws {Error} when a line is longer than any that a Grove server writes
 */
export async function* readEventStream(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Block> {
  let block: { id?: string; data?: string; retry?: number } = {};
  for await (const line of linesOf(bytes)) {
    if (line === '') {
      if (Object.keys(block).length > 0) yield block;
      block = {};
      continue;
    }
    const [, name = '', value = ''] = /^([^:]*):? ?(.*)$/s.exec(line) ?? [];
    if (name === 'id') block.id = value;
    if (name === 'data') block.data = block.data === undefined ? value : `${block.data}\n${value}`;
    if (name === 'retry' && /^\d{1,9}$/.test(value)) block.retry = Number(value);
  }
}

async function* linesOf(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of bytes) {
    text += decoder.decode(chunk, { stream: true });
    const lines = text.split(/\r\n|\n|\r(?!$)/);
    text = lines.pop() ?? '';
    if (text.length > LONGEST) throw new Error('the stream of events has a line that is too long');
    yield* lines;
  }
}
