import { describe, expect, test } from 'vitest';
import { type VirtualClock, virtualClock } from '../clock/virtual.testing.ts';
import type { Asked, Reaction, UserInteraction } from '../interaction/index.ts';
import type { Context } from './context.ts';
import { Lockstep, testTree, WELCOME } from './lockstep.testing.ts';

const alert = (code: number, ...texts: string[]): string =>
  `<Alert><CmdID>5</CmdID><Data>${code}</Data>${texts.map((each) => `<Item><Data>${each}</Data></Item>`).join('')}</Alert>`;

/** What the device answers to a question that its user reacts to so. */
async function answered(reaction: Reaction, code: number, ...texts: string[]) {
  return outcome(await session({ ask: async () => reaction }, alert(code, ...texts)));
}

async function session(
  interaction: UserInteraction,
  body: string,
  more: Partial<Context> = {},
): Promise<Lockstep> {
  const lockstep = new Lockstep(testTree(), { interaction, clock: virtualClock(), ...more });
  await lockstep.take(WELCOME + body);
  return lockstep;
}

function outcome({ statuses }: Lockstep) {
  const status = statuses.find(({ cmd }) => cmd === 'Alert');
  return [
    status?.code,
    ...(status?.items ?? []).map(({ data, meta }) => (meta?.mark ? `${meta.mark} ${data}` : data)),
  ];
}

const silence: UserInteraction = { ask: () => new Promise(() => {}) };

describe('the status says what the user did', () => {
  test.each<[number, Reaction, readonly unknown[]]>([
    [1100, { kind: 'read' }, [200]],
    [1101, { kind: 'yes' }, [200]],
    [1101, { kind: 'no' }, [304]],
    [1102, { kind: 'typed', text: 'Grüße 👋' }, [200, 'Grüße 👋']],
    [1103, { kind: 'chosen', choices: [2] }, [200, '2']],
    [1104, { kind: 'chosen', choices: [3, 1] }, [200, '3', '1']],
    [1104, { kind: 'chosen', choices: [] }, [200]],
    [1102, { kind: 'cancelled' }, [214]],
    [1103, { kind: 'unshowable' }, [416]],
    [1104, { kind: 'unsupported' }, [406]],
  ])('alert %i, %j: %j', async (code, reaction, expected) => {
    expect(await answered(reaction, code, '', 'Text?', 'a', 'b', 'c')).toEqual(expected);
  });

  test.each<[number, string, Reaction]>([
    [1100, '', { kind: 'yes' }],
    [1101, '', { kind: 'typed', text: 'yes' }],
    [1102, 'IT=N', { kind: 'typed', text: 'four' }],
    [1102, 'MAXLEN=3', { kind: 'typed', text: 'four' }],
    [1103, '', { kind: 'chosen', choices: [1, 2] }],
    [1103, '', { kind: 'chosen', choices: [4] }],
    [1104, '', { kind: 'chosen', choices: [1, 1] }],
  ])('alert %i with %j: an answer %j that is none is never passed on', async (code, options, reaction) => {
    expect(await answered(reaction, code, options, 'Text?', 'a', 'b', 'c')).toEqual([500]);
  });

  test('a question that is not whole is not asked', async () => {
    expect(await answered({ kind: 'yes' }, 1101, 'DR=1')).toEqual([412]);
    expect(await answered({ kind: 'chosen', choices: [1] }, 1103, '', 'Which?')).toEqual([412]);
    expect(await answered({ kind: 'read' }, 1100, '', 'x'.repeat(4001))).toEqual([416]);
  });

  test('what was odd about a question is noted', async () => {
    const lockstep = await session({ ask: async () => ({ kind: 'yes' }) }, alert(1101, 'MAXDT=1h', 'Now?'));
    expect(lockstep.step.deviations).toEqual(['Alert 1101: option MAXDT=1h: not a value of MAXDT']);
  });
});

describe('when the time is over', () => {
  test.each<[number, string, readonly unknown[]]>([
    [1100, 'MAXDT=20', [200]],
    [1101, 'MAXDT=20', [408]],
    [1101, 'MAXDT=20&amp;DR=1', [200, 'default undefined']],
    [1101, 'MAXDT=20&amp;DR=0', [304, 'default undefined']],
    [1102, 'MAXDT=20&amp;DR=Oak', [200, 'default Oak']],
    [1103, 'MAXDT=20&amp;DR=2', [200, 'default 2']],
    [1103, 'MAXDT=20&amp;DR=9', [408]],
    [1104, 'MAXDT=20&amp;DR=2-3', [200, 'default 2', 'default 3']],
    [1104, 'MAXDT=20', [408]],
  ])('alert %i with %s is answered %j', async (code, options, expected) => {
    const clock = virtualClock();
    const waiting = session(silence, alert(code, options, 'Text?', 'a', 'b', 'c'), { clock });
    await clock.pass(19_999);
    await clock.pass(1);
    expect(outcome(await waiting)).toEqual(expected);
  });

  test('which is five minutes unless the server says otherwise, the question is taken away', async () => {
    const clock = virtualClock();
    let asked: { question: Asked; signal: AbortSignal } | undefined;
    const interaction: UserInteraction = {
      ask: (question, signal) => {
        asked = { question, signal };
        return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
      },
    };
    const waiting = session(interaction, alert(1101, '', 'Now?'), { clock });
    await clock.pass(299_999);
    expect([asked?.question.maxDisplay, asked?.signal.aborted]).toEqual([300, false]);
    await clock.pass(1);
    expect(outcome(await waiting)).toEqual([408]);
    expect(asked?.signal.aborted).toBe(true);
  });
});

test('a text is not followed by anything before it was shown for as long as it is to be', async () => {
  const clock: VirtualClock = virtualClock();
  let answered = false;
  const waiting = session({ ask: async () => ({ kind: 'read' }) }, alert(1100, 'MINDT=10', 'Read this'), {
    clock,
  });
  void waiting.then(() => {
    answered = true;
  });
  await clock.pass(9_999);
  await clock.pass(0);
  expect(answered).toBe(false);
  await clock.pass(1);
  expect(outcome(await waiting)).toEqual([200]);
});

test('a session that is cut short while the user is asked rejects, and leaves no one waiting', async () => {
  const abort = new AbortController();
  let signal: AbortSignal | undefined;
  const interaction: UserInteraction = {
    ask: (_, given) => {
      signal = given;
      return new Promise(() => {});
    },
  };
  const waiting = session(interaction, alert(1101, '', 'Now?'), { signal: abort.signal });
  await new Promise((resolve) => setImmediate(resolve));
  abort.abort(new Error('power cut'));
  await expect(waiting).rejects.toThrow('power cut');
  expect(signal?.aborted).toBe(true);
});

test('what is typed unseen reaches the server and no trace', async () => {
  const typed = async (options: string): Promise<Lockstep> =>
    session({ ask: async () => ({ kind: 'typed', text: 'hunter2' }) }, alert(1102, options, 'Password?'));
  const secret = await typed('ET=P');
  expect(outcome(secret)).toEqual([200, 'hunter2']);
  const { masked = '', body } = secret.step.state.sent;
  const shown = atob(masked);
  expect(shown).toContain('<Data>********</Data>');
  expect(shown.replace('********', 'hunter2')).toBe(atob(body));
  expect((await typed('')).step.state.sent.masked).toBeUndefined();
});
