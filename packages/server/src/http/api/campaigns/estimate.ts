/** How long campaigns take, as the API says it. */
import { nullable } from '@grove/api';
import { Type } from 'typebox';
import type { Estimate } from '../../../campaigns/index.ts';

export const EstimateSchema = Type.Object(
  {
    left: Type.Integer({ description: 'Devices that have still to come to an outcome' }),
    measured: nullable(Type.Number(), 'Devices that have come to an outcome in a minute so far'),
    rate: nullable(Type.Number(), 'Devices that may begin in a minute'),
    openShare: Type.Number({ description: 'The part of the time in which windows are open, 0 to 1' }),
    seconds: nullable(
      Type.Integer(),
      'Until nine in ten of those left have an outcome; null where that cannot be said',
    ),
    because: Type.Array(Type.String(), { description: 'What it rests on' }),
  },
  { title: 'CampaignEstimate' },
);

export const estimateAnswer = (estimate: Estimate) => ({ ...estimate, because: [...estimate.because] });
