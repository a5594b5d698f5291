import { type Alert, type Command, decodeBase64, encodeBase64, type Item, type Meta } from '@grove/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Step } from '../steps/index.ts';
import {
  alert,
  Engine,
  type Exchange,
  headerStatus,
  messageOf,
  obey,
  results,
  status,
  task,
} from './engine.testing.ts';

const encoder = new TextEncoder();

function itemsOf(command: Command | undefined): Item[] {
  return command !== undefined && 'items' in command ? command.items : [];
}

/** What a device makes of the pieces that it is sent. */
interface Received {
  bytes: Uint8Array;
  /** As the first piece announced it. */
  size: number | undefined;
  format: string | undefined;
  pieces: number;
  last: Exchange;
}

/** A device that puts pieces together, and answers everything else with 200. */
function take(engine: Engine, first: Exchange, limit: number): Received {
  let said = first;
  const parts: Uint8Array[] = [];
  let size: number | undefined;
  let format: string | undefined;
  for (let pieces = 1; ; pieces++) {
    expect(said.bytes.length).toBeLessThanOrEqual(limit);
    expect(said.commands).toHaveLength(1);
    const [command] = said.commands;
    const [item] = itemsOf(command);
    if (pieces === 1) {
      size = item?.meta?.size;
      format = item?.meta?.format;
    } else {
      expect(item?.meta?.size).toBeUndefined();
      expect(item?.meta?.format).toBe(format);
    }
    const { data = '' } = item ?? {};
    const text = typeof data === 'string' ? encoder.encode(data) : (data as Uint8Array);
    parts.push(text);
    expect(said.answer.body.final === true).toBe(item?.moreData !== true);
    if (item?.moreData !== true) {
      return { bytes: Buffer.concat(parts), size, format, pieces, last: engine.say(messageOf(obey(said))) };
    }
    const msgRef = said.answer.header.msgID;
    const accepted = [
      headerStatus(212, { msgRef }),
      status(command?.name ?? '', command?.cmdID ?? '', 213, { msgRef }),
    ];
    said = engine.say(messageOf([...accepted, alert(1222)]));
  }
}

const limited = (maxMsgSize: number, maxObjSize?: number): { meta: Meta } => ({
  meta: { maxMsgSize, maxObjSize, emi: [] },
});

describe('a value that does not fit into a message', () => {
  const text = fc
    .string({ unit: 'binary', maxLength: 5000 })
    .map((made) => made.replace(/[^\t\n\x20-\ud7ff\ue000-\ufffd]/g, '&'));

  it('arrives as it was sent, whatever it is and however little the device takes', () => {
    const value = fc.oneof(
      fc.record({ format: fc.constant('chr' as const), bytes: text.map((made) => encoder.encode(made)) }),
      fc.record({ format: fc.constant('bin' as const), bytes: fc.uint8Array({ maxLength: 8000 }) }),
    );
    const encodings = fc.constantFrom('xml' as const, 'wbxml' as const);
    fc.assert(
      fc.property(
        value,
        encodings,
        fc.integer({ min: 1200, max: 6000 }),
        fc.boolean(),
        ({ format, bytes }, encoding, limit, isContent) => {
          const content = isContent ? { content: 7 } : {};
          const inline = format === 'chr' ? Buffer.from(bytes).toString() : encodeBase64(bytes);
          const step: Step = isContent
            ? { kind: 'replace', uri: './Big', ...content, format }
            : { kind: 'replace', uri: './Big', value: inline, format };
          const engine = new Engine({ work: [task(1, step)], answer: { encoding } });
          engine.contents.set(7, bytes);
          const first = engine.say(messageOf([alert()], limited(limit)));
          const received = take(engine, first, limit);
          const isBase64 = received.format === 'b64';
          const value = isBase64 ? decodeBase64(Buffer.from(received.bytes).toString()) : received.bytes;
          expect(Buffer.from(value ?? []).equals(bytes)).toBe(true);
          expect(received.size).toBe(received.pieces === 1 ? undefined : received.bytes.length);
          expect(received.last.effects.finished[0]?.result.state).toBe('succeeded');
        },
      ),
      { numRuns: 150 },
    );
  });

  const begin = (
    maxMsgSize = 2000,
    maxObjSize?: number,
    steps: Step[] = [{ kind: 'replace', uri: './Big', content: 7, format: 'bin' }],
  ) => {
    const engine = new Engine({ work: [task(1, ...steps)] });
    engine.contents.set(7, new Uint8Array(4000).fill(7));
    const first = engine.say(messageOf([alert()], limited(maxMsgSize, maxObjSize)));
    return { engine, first };
  };
  const answerWith = (engine: Engine, said: Exchange, code: number, more: Command[] = []) => {
    const msgRef = said.answer.header.msgID;
    const [command] = said.commands;
    const own = command === undefined ? [] : [status(command.name, command.cmdID, code, { msgRef })];
    return engine.say(messageOf([headerStatus(212, { msgRef }), ...own, ...more]));
  };
  const resultOf = ({ effects }: Exchange) => effects.finished[0]?.result;

  it('is begun anew when the device says that its size is wrong, twice at the most', () => {
    const { engine, first } = begin();
    expect(itemsOf(first.commands[0])[0]).toMatchObject({ moreData: true, meta: { size: 5336 } });
    let said = first;
    for (let tries = 1; tries <= 3; tries++) {
      expect(itemsOf(said.commands[0])[0]?.meta?.size).toBe(5336);
      said = answerWith(engine, said, 213, [alert(1222)]);
      expect(itemsOf(said.commands[0])[0]?.meta?.size).toBeUndefined();
      said = answerWith(engine, said, 424);
    }
    expect(said.commands).toEqual([]);
    expect(resultOf(said)).toMatchObject({
      state: 'failed',
      results: [{ status: 424 }],
      reason: expect.stringContaining('3 times'),
    });
  });

  it('is begun anew when the device misses its end (alert 1225)', () => {
    const { engine, first } = begin();
    const said = answerWith(engine, first, 213, [alert(1225)]);
    expect(itemsOf(said.commands[0])[0]?.meta?.size).toBe(5336);
  });

  it.each([406, 413, 415, 500])('is given up when the device refuses a piece with %i', (code) => {
    const { engine, first } = begin();
    const said = answerWith(engine, first, code);
    expect(said.effects.ended?.outcome).toBe('completed');
    expect(resultOf(said)).toMatchObject({
      results: [{ status: code }],
      reason: `the device refused Replace ./Big, which came in pieces, with ${code}`,
    });
  });

  it('has not arrived when the device takes a piece for all of it', () => {
    const { engine, first } = begin();
    const said = answerWith(engine, first, 200);
    expect(resultOf(said)).toMatchObject({
      state: 'failed',
      reason: expect.stringContaining('took a piece of Replace ./Big for all of it'),
    });
    expect(said.effects.nodes).toEqual([]);
  });

  it('has not arrived when the device waits for more', () => {
    const { engine, first } = begin(5000);
    const last = answerWith(engine, first, 213, [alert(1222)]);
    expect(itemsOf(last.commands[0])[0]?.moreData).toBeUndefined();
    expect(resultOf(answerWith(engine, last, 213))?.state).toBe('failed');
  });

  it('is not sent to a device that takes only smaller objects', () => {
    const { first } = begin(2000, 3999);
    expect(resultOf(first)?.reason).toBe(
      'Replace ./Big was not sent: it has 4000 bytes, and the device takes objects of 3999 (MaxObjSize, status 413)',
    );
    expect(begin(2000, 4000).first.asks).toEqual(['Replace ./Big']);
  });

  it('is not sent when its content is gone, before or in the middle', () => {
    const { first } = begin(2000, undefined, [{ kind: 'replace', uri: './A', content: 9, format: 'bin' }]);
    expect(resultOf(first)?.reason).toBe('Replace ./A was not sent: content 9 is no longer there');
    const { engine, first: piece } = begin();
    engine.contents.clear();
    expect(resultOf(answerWith(engine, piece, 213, [alert(1222)]))?.state).toBe('failed');
  });

  it('is not sent as text where it is none', () => {
    const engine = new Engine({ work: [task(1, { kind: 'add', uri: './A', content: 7, format: 'chr' })] });
    engine.contents.set(7, Uint8Array.of(0xc3, 0x28));
    expect(resultOf(engine.say(messageOf([alert()])))?.reason).toContain('not text in UTF-8');
  });

  it('stands alone, between what comes before it and after it', () => {
    const { engine, first } = begin(2000, undefined, [
      { kind: 'get', uri: './A' },
      { kind: 'replace', uri: './Big', content: 7, format: 'bin' },
      { kind: 'get', uri: './B' },
    ]);
    expect(first.asks).toEqual(['Get ./A']);
    const begun = engine.say(messageOf(obey(first, { './A': '1' })));
    expect(begun.asks).toEqual(['Replace ./Big']);
    const { last } = take(engine, begun, 2000);
    expect(last.asks).toEqual(['Get ./B']);
  });

  it('of an Exec may begin anew in another session as long as it has not come to its end', () => {
    const steps: Step[] = [{ kind: 'exec', uri: './Run', content: 7, format: 'bin' }];
    const { engine } = begin(5000, undefined, steps);
    const another = new Engine({ work: [task(1, ...steps)] });
    another.contents.set(7, new Uint8Array(4000));
    another.previous = engine.state;
    const again = another.say(messageOf([alert()], limited(5000)));
    expect(again.asks).toEqual(['Exec ./Run']);
    const last = answerWith(another, again, 213, [alert(1222)]);
    expect(itemsOf(last.commands[0])[0]?.moreData).toBeUndefined();
    const third = new Engine({ work: [task(1, ...steps)] });
    third.previous = another.state;
    expect(resultOf(third.say(messageOf([alert()], limited(5000))))?.state).toBe('failed');
  });

  it('moves in more messages than a session may have', () => {
    const step: Step = { kind: 'replace', uri: './Big', content: 7, format: 'bin' };
    const engine = new Engine({ work: [task(1, step)], answer: { maxMessages: 5 } });
    engine.contents.set(7, new Uint8Array(20_000));
    const { pieces } = take(engine, engine.say(messageOf([alert()], limited(2000))), 2000);
    expect(pieces).toBeGreaterThan(10);
  });
});

const pieceOf = (data: Item['data'], moreData: boolean, meta: Partial<Meta> = {}): Item => ({
  source: { locURI: './Log' },
  meta: { emi: [], ...meta },
  data,
  moreData,
});

/** A session in which the device has been asked for a node. */
function asked(): { engine: Engine; id: string } {
  const engine = new Engine({ work: [task(1, { kind: 'get', uri: './Log' })] });
  const first = engine.say(messageOf([alert()]));
  return { engine, id: first.commands[0]?.cmdID ?? '' };
}
const log = { format: 'bin', type: 'text/x-log' };
const got = (id: string) => status('Get', id, 200);
const resultOf = ({ effects }: Exchange) => effects.finished[0]?.result;

describe('a value that a device sends in pieces', () => {
  it('is what the device has, wherever it cuts', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 90_000 }),
        fc.array(fc.integer({ min: 0, max: 90_000 }), { maxLength: 6 }),
        fc.constantFrom('bytes' as const, 'base64' as const, 'lines' as const),
        fc.boolean(),
        (bytes, cuts, as, announces) => {
          const { engine, id } = asked();
          const digits = Buffer.from(bytes).toString('base64');
          const whole = as === 'lines' ? digits.replace(/(.{76})/g, '$1\r\n') : digits;
          const travels: Uint8Array | string = as === 'bytes' ? bytes : whole;
          const ends = [
            ...cuts.map((cut) => Math.min(cut, travels.length)).sort((a, b) => a - b),
            travels.length,
          ];
          const meta = { ...log, format: as === 'bytes' ? 'bin' : 'b64' };
          let from = 0;
          ends.forEach((end, index) => {
            const more = index < ends.length - 1;
            const isFirst = index === 0 && more;
            const size = isFirst && announces ? { size: travels.length } : {};
            const piece = pieceOf(travels.slice(from, end), more, { ...meta, ...size });
            const said = engine.say(
              messageOf([headerStatus(), ...(index === 0 ? [got(id)] : []), results(id, [piece])], {}, !more),
            );
            from = end;
            if (more) {
              expect(said.statuses).toEqual(['SyncHdr 200', 'Results 213']);
              expect(said.asks).toEqual(['Alert 1222']);
              expect(JSON.stringify(engine.state).length).toBeLessThan(2000);
              return;
            }
            expect(said.statuses).toEqual(['SyncHdr 200']);
            const [result] = resultOf(said)?.results ?? [];
            const isLarge = ends.length > 1 && bytes.length > 65_536;
            expect(result).toMatchObject({ status: 200, format: 'bin', type: 'text/x-log' });
            if (isLarge) expect(result).toMatchObject({ size: bytes.length });
            const kept = isLarge
              ? engine.contents.get(result?.content ?? 0)
              : Buffer.from(result?.value ?? '?', 'base64');
            expect(Buffer.from(kept ?? []).equals(bytes)).toBe(true);
            expect(engine.contents.size).toBe(isLarge ? 1 : 0);
          });
        },
      ),
      { numRuns: 100 },
    );
  });

  it('is text where the device says so', () => {
    const { engine, id } = asked();
    engine.say(
      messageOf([headerStatus(), got(id), results(id, [pieceOf('grün', true, { size: 8 })])], {}, false),
    );
    // Only the data is said again.
    const last = engine.say(messageOf([results(id, [{ data: 'ß!' }])]));
    expect(resultOf(last)?.results).toEqual([
      { step: 0, command: 'Get', uri: './Log', status: 200, value: 'grünß!', format: 'chr' },
    ]);
  });

  it('does not count when its size is not what was announced: it is asked for again', () => {
    const { engine, id } = asked();
    engine.say(
      messageOf([headerStatus(), got(id), results(id, [pieceOf('abc', true, { size: 7 })])], {}, false),
    );
    const wrong = engine.say(messageOf([results(id, [pieceOf('de', false)])]));
    expect(wrong.statuses).toEqual(['SyncHdr 200', 'Results 424']);
    expect(wrong.asks).toEqual(['Get ./Log']);
    expect(engine.contents.size).toBe(0);
    const second = wrong.commands[0]?.cmdID ?? '';
    const msgRef = wrong.answer.header.msgID;
    const right = [
      status('Get', second, 200, { msgRef }),
      results(second, [pieceOf('abcde', false)], { msgRef }),
    ];
    expect(resultOf(engine.say(messageOf([headerStatus(), ...right])))?.results[0]?.value).toBe('abcde');
  });

  it('fails when its size is wrong again', () => {
    const { engine, id } = asked();
    let said: Exchange | undefined;
    let current = id;
    let msgRef = '1';
    for (let tries = 0; tries < 2; tries++) {
      const first = [
        status('Get', current, 200, { msgRef }),
        results(current, [pieceOf('abc', true, { size: 7 })], { msgRef }),
      ];
      engine.say(messageOf([headerStatus(), ...first], {}, false));
      said = engine.say(messageOf([results(current, [pieceOf('de', false)], { msgRef })]));
      current = said.commands[0]?.cmdID ?? '';
      msgRef = said.answer.header.msgID;
    }
    expect(said?.effects.finished[0]?.result).toMatchObject({
      state: 'failed',
      results: [{ status: null }],
      reason: expect.stringContaining('5 bytes came, and 7 were announced'),
    });
  });

  it('is refused when it is larger than what is taken, whether that was announced or not', () => {
    for (const size of [100_001, undefined]) {
      const { engine, id } = asked();
      const piece = pieceOf(new Uint8Array(60_000), true, { ...log, size });
      let said = engine.say(messageOf([headerStatus(), got(id), results(id, [piece])], {}, false));
      if (size === undefined) {
        expect(said.statuses).toContain('Results 213');
        said = engine.say(messageOf([results(id, [pieceOf(new Uint8Array(60_000), true, log)])], {}, false));
      }
      expect(said.statuses).toContain('Results 413');
      // It does not help to go on.
      said = engine.say(messageOf([results(id, [pieceOf(new Uint8Array(60_000), true, log)])], {}, false));
      expect(said.statuses).toContain('Results 413');
      said = engine.say(messageOf([results(id, [pieceOf('', false, log)])]));
      expect(said.statuses).toContain('Results 413');
      expect(resultOf(said)).toMatchObject({
        state: 'failed',
        reason: expect.stringContaining('MaxObjSize'),
      });
      expect(engine.contents.size).toBe(0);
    }
  });

  it.each<[string, Command[], boolean]>([
    ['another value', [results('2', [{ source: { locURI: './Other' }, data: 'x' }])], false],
    ['an alert', [alert(1226, [{ data: 'event' }])], false],
    ['nothing', [], true],
  ])('is broken off by %s in its place, and the device is told', (_what, commands, final) => {
    const { engine, id } = asked();
    engine.say(
      messageOf([headerStatus(), got(id), results(id, [pieceOf('abc', true, { size: 7 })])], {}, false),
    );
    const said = engine.say(messageOf([headerStatus(), ...commands], {}, final));
    const told = said.commands[0] as Alert;
    expect(told).toMatchObject({ name: 'Alert', code: 1225, items: [{ source: { locURI: './Log' } }] });
    expect(engine.contents.size).toBe(0);
    expect(engine.state?.receiving).toBeUndefined();
    const last = final ? said : engine.say(messageOf([headerStatus()]));
    expect([...said.asks, ...last.asks]).toContain('Get ./Log');
  });

  it('is not begun again and again in one message', () => {
    const { engine, id } = asked();
    const items = Array.from(
      { length: 500 },
      (_, index): Item => ({
        ...pieceOf('abc', true, { size: 9 }),
        source: { locURI: `./${index}` },
      }),
    );
    const said = engine.say(messageOf([headerStatus(), got(id), results(id, items)], {}, false));
    expect(said.statuses).toContain('Results 400');
    expect(said.asks.filter((ask) => ask === 'Alert 1225')).toHaveLength(11);
    expect(engine.contents.size).toBeLessThan(2);
  });

  it('is dropped when the session ends in the middle of it', () => {
    const { engine, id } = asked();
    engine.say(
      messageOf([headerStatus(), got(id), results(id, [pieceOf('abc', true, { size: 7 })])], {}, false),
    );
    expect(engine.contents.size).toBe(1);
    const last = engine.say(messageOf([alert(1223)]));
    expect(last.effects.ended?.outcome).toBe('aborted');
    expect(engine.contents.size).toBe(0);
  });

  it('may be the data of an alert', () => {
    const engine = new Engine();
    const item = (size: number, more: boolean): Item => ({
      source: { locURI: './FUMO' },
      meta: { emi: [], type: 'urn:log', format: 'chr', mark: 'warning', size: more ? 90_000 : undefined },
      data: 'x'.repeat(size),
      moreData: more,
    });
    const first = engine.say(messageOf([alert(), alert(1226, [item(70_000, true)])], {}, false));
    expect(first.statuses).toEqual(['SyncHdr 200', 'Alert 200', 'Alert 213']);
    expect(first.effects.alerts).toEqual([]);
    const last = engine.say(messageOf([alert(1226, [item(10_000, false)])]));
    expect(last.statuses).toEqual(['SyncHdr 200', 'Alert 424']);
    engine.say(messageOf([alert(1226, [item(70_000, true)])], {}, false));
    const right = engine.say(messageOf([alert(1226, [item(20_000, false)])]));
    expect(right.statuses).toEqual(['SyncHdr 200', 'Alert 200']);
    const [said] = right.effects.alerts;
    expect(said).toMatchObject({
      code: 1226,
      type: 'urn:log',
      mark: 'warning',
      source: './FUMO',
      data: null,
    });
    expect(engine.contents.get(said?.contentId ?? 0)).toHaveLength(90_000);
  });

  it('is not taken for a command that was not sent', () => {
    const { engine } = asked();
    const said = engine.say(
      messageOf([headerStatus(), results('77', [pieceOf('abc', true, { size: 7 })])], {}, false),
    );
    expect(said.statuses).toEqual(['SyncHdr 200', 'Results 400']);
    expect(engine.contents.size).toBe(0);
  });
});

describe('a session of pieces that come to nothing', () => {
  const piece = (uri: string): Item => ({ source: { locURI: uri }, data: 'x'.repeat(300), moreData: true });
  const event = (items: Item[]): Command => ({ ...alert(1226, items), cmdID: '9' });

  it.each<[string, (round: number) => Command[]]>([
    ['broken off', (round) => [event([piece(`./A${round}`)])]],
    ['refused', () => [event([{ ...piece('./A'), meta: { size: 10 ** 9, emi: [] } }])]],
    ['many at once', (round) => [event(Array.from({ length: 20 }, () => piece(`./A${round}`)))]],
  ])('ends as any other: %s', (_, says) => {
    const engine = new Engine({ answer: { maxMessages: 30 } });
    let rounds = 0;
    for (let isOver = false; !isOver; rounds++) {
      expect(rounds).toBeLessThan(40);
      isOver = engine.say(messageOf(says(rounds), {}, false)).effects.ended !== undefined;
    }
    expect(rounds).toBeGreaterThan(20);
    expect(engine.contents.size).toBe(0);
  });
});
