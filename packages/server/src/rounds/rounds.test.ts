import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Rounds } from './index.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const INTERVAL = 1_000;

describe('rounds', () => {
  it('are done at once, then every so often', async () => {
    const round = vi.fn(async () => {});
    const rounds = new Rounds({ round, onError: () => {} });
    rounds.wake();
    await vi.advanceTimersByTimeAsync(INTERVAL);
    expect(round).not.toHaveBeenCalled();
    rounds.start(INTERVAL);
    expect(round).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(3 * INTERVAL);
    expect(round).toHaveBeenCalledTimes(4);
    await rounds.stop();
  });

  it('are done soon after they are asked for, one for all who ask meanwhile', async () => {
    const round = vi.fn(async () => {});
    const rounds = new Rounds({ round, soon: 50, onError: () => {} });
    rounds.start(INTERVAL);
    await vi.advanceTimersByTimeAsync(10);
    rounds.wake();
    await vi.advanceTimersByTimeAsync(40);
    rounds.wake();
    await vi.advanceTimersByTimeAsync(9);
    expect(round).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(round).toHaveBeenCalledTimes(2);
    await vi.advanceTimersByTimeAsync(INTERVAL - 1);
    expect(round).toHaveBeenCalledTimes(2);
    await rounds.stop();
  });

  it('are never two at once: what is asked for during one is done after it', async () => {
    const ends: (() => void)[] = [];
    const round = vi.fn(() => new Promise<void>((resolve) => ends.push(resolve)));
    const rounds = new Rounds({ round, onError: () => {} });
    rounds.start(INTERVAL);
    rounds.wake();
    await vi.advanceTimersByTimeAsync(2 * INTERVAL);
    expect(round).toHaveBeenCalledTimes(1);
    ends[0]?.();
    await vi.advanceTimersByTimeAsync(1);
    expect(round).toHaveBeenCalledTimes(2);
    const stopped = rounds.stop();
    expect(rounds.signal.aborted).toBe(true);
    let isOver = false;
    void stopped.then(() => {
      isOver = true;
    });
    await vi.advanceTimersByTimeAsync(INTERVAL);
    expect(isOver).toBe(false);
    ends[1]?.();
    await stopped;
    await vi.advanceTimersByTimeAsync(3 * INTERVAL);
    expect(round).toHaveBeenCalledTimes(2);
  });

  it('go on after one that has failed, and may say when the next is due', async () => {
    const errors: unknown[] = [];
    const round = vi.fn(async () => 100);
    round.mockRejectedValueOnce(new Error('no database'));
    const rounds = new Rounds({ round, afterFailure: 5_000, onError: (error) => errors.push(error) });
    rounds.start(INTERVAL);
    await vi.advanceTimersByTimeAsync(4_999);
    expect(round).toHaveBeenCalledTimes(1);
    expect(errors).toEqual([new Error('no database')]);
    await vi.advanceTimersByTimeAsync(101);
    expect(round).toHaveBeenCalledTimes(3);
    await rounds.stop();
  });
});
