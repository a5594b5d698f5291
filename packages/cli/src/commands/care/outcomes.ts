import type { ExplainedOutcome } from '@grove/server';
import type { Command } from 'commander';
import { segment } from '../../api/index.ts';
import { formatFacts } from '../../output/index.ts';
import { defineCall } from '../call.ts';

export function defineOutcomes(parent: Command): void {
  defineCall(parent, {
    usage: 'explain <outcome>',
    summary: 'say what a status code or another outcome means, whose move it is, and what to do',
    examples: ['grove care explain 425', 'grove care explain user-refused'],
    async run(api, [code = '']) {
      const name = /^\d{3}$/.test(code) ? `status-${code}` : code;
      const outcome = await api.get<ExplainedOutcome>(`outcomes/${segment(name)}`);
      const { happened, mover, advice } = outcome;
      return {
        json: outcome,
        lines: () => formatFacts({ Means: happened, 'Whose move': mover, 'To do': advice }),
      };
    },
  });
}
