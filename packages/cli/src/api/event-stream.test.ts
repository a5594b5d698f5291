import { expect, it } from 'vitest';
import { type Block, readEventStream } from './event-stream.ts';

async function blocksOf(text: string, size: number): Promise<Block[]> {
  const bytes = new TextEncoder().encode(text);
  async function* chunks() {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  }
  return Array.fromAsync(readEventStream(chunks()));
}

it('reads blocks however the bytes come', async () => {
  const text =
    'retry: 2000\n\n: alive\n\nid: 7\ndata: {"a":"ä: b"}\n\nid:8\r\ndata: one\r\ndata:  two\r\n\r\nid: 9\n\ndata: cut';
  for (const size of [1, 2, 3, 1000]) {
    expect(await blocksOf(text, size)).toEqual([
      { retry: 2000 },
      { id: '7', data: '{"a":"ä: b"}' },
      { id: '8', data: 'one\n two' },
      { id: '9' },
    ]);
  }
});

it('gives a line up that does not end', async () => {
  await expect(blocksOf('x'.repeat(1_100_000), 100_000)).rejects.toThrow(/too long/);
});
