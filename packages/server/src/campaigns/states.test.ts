import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { drawing } from './drawing.testing.ts';
import { actionsIn, CAMPAIGN_STATES, ENDED, hasEnded, TRANSITIONS } from './states.ts';

describe('the states of a campaign', () => {
  it('are all reached from the first', () => {
    const reached = new Set(['draft']);
    for (let before = 0; before < reached.size; ) {
      before = reached.size;
      for (const { from, to } of TRANSITIONS) if (from.some((state) => reached.has(state))) reached.add(to);
    }
    expect([...reached].sort()).toEqual([...CAMPAIGN_STATES].sort());
  });

  it('lead on, but for those that are the end', () => {
    for (const state of CAMPAIGN_STATES) {
      const leadsOn = TRANSITIONS.some(({ from }) => from.includes(state));
      expect([state, leadsOn]).toEqual([state, !hasEnded(state)]);
    }
    for (const { from } of TRANSITIONS) expect(from.filter((state) => ENDED.includes(state))).toEqual([]);
  });

  it('can be left by a person as long as the campaign has not ended', () => {
    for (const state of CAMPAIGN_STATES) expect(actionsIn(state).includes('cancel')).toBe(!hasEnded(state));
  });

  it('let no two actions of the same name, and none twice between two states by the same hand', () => {
    const names = TRANSITIONS.map(({ action }) => action);
    expect(new Set(names).size).toBe(names.length);
    const edges = TRANSITIONS.flatMap(({ from, to, by }) => from.map((state) => `${state} ${to} ${by}`));
    expect(new Set(edges).size).toBe(edges.length);
  });

  it('are drawn in the documentation as they are', () => {
    const file = join(import.meta.dirname, '../../../../docs/campaigns.md');
    expect(readFileSync(file, 'utf8')).toContain(drawing());
  });
});
