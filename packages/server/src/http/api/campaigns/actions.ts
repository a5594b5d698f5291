import { type Api, type Caller, callerOf, IdParams, Name, problems } from '@grove/api';
import { Type } from 'typebox';
import {
  cancelCampaign,
  findCampaign,
  judgeCampaign,
  openNextWave,
  pauseCampaign,
  RERUN_OUTCOMES,
  resumeCampaign,
  showCampaign,
  stopCampaign,
} from '../../../campaigns/index.ts';
import type { Queries } from '../../../store/index.ts';
import type { ApiMeans } from '../means.ts';
import { CampaignSchema, campaignAnswer, tags } from './schemas.ts';

interface Doing {
  readonly by: Caller;
  readonly text?: string | undefined;
  readonly now: number;
}

interface Action {
  readonly name: string;
  readonly operationId: string;
  readonly summary: string;
  readonly description: string;
  readonly run: (db: Queries, id: number, doing: Doing) => Promise<unknown>;
}

/** What is done to a campaign by one request, with a text that says why. */
const ACTIONS: readonly Action[] = [
  {
    name: 'approve',
    operationId: 'approveCampaign',
    summary: 'Approve a campaign that waits for it',
    description: 'By another token than that by which it was made.',
    run: (db, id, doing) => judgeCampaign(db, id, 'approve', doing),
  },
  {
    name: 'deny',
    operationId: 'denyCampaign',
    summary: 'Deny a campaign that waits for approval',
    description: 'By another token than that by which it was made.',
    run: (db, id, doing) => judgeCampaign(db, id, 'deny', doing),
  },
  {
    name: 'pause',
    operationId: 'pauseCampaign',
    summary: 'Pause a campaign',
    description: 'No further device begins, and none is asked to call; what was begun goes on.',
    run: pauseCampaign,
  },
  {
    name: 'resume',
    operationId: 'resumeCampaign',
    summary: 'Go on with a campaign that is paused',
    description: 'What has failed until now counts no more for its error thresholds.',
    run: resumeCampaign,
  },
  {
    name: 'next-wave',
    operationId: 'openNextWave',
    summary: 'Open the next wave of a campaign, whatever it waits for',
    description: 'Where a wave asks for the approval of a person, this is it.',
    run: openNextWave,
  },
  {
    name: 'stop',
    operationId: 'stopCampaign',
    summary: 'Stop a campaign',
    description: 'No further device begins; what was begun comes to its end.',
    run: stopCampaign,
  },
  {
    name: 'cancel',
    operationId: 'cancelCampaign',
    summary: 'Cancel a campaign',
    description:
      'It ends at once: no further device begins, and what was begun is broken off; what was done stays done.',
    run: cancelCampaign,
  },
];

const Why = Type.Union([
  Type.Object(
    {
      text: Type.Optional(Type.String({ minLength: 1, maxLength: 500, description: 'Why, for its history' })),
    },
    { additionalProperties: false, title: 'CampaignAction' },
  ),
  Type.Null(),
]);

/** What people do to campaigns. */
export function campaignActionRoutes(api: Api, { store, campaigns, now }: ApiMeans): void {
  for (const { name, operationId, summary, description, run } of ACTIONS)
    api.post(
      `/campaigns/:id/${name}`,
      {
        schema: {
          operationId,
          summary,
          description,
          tags,
          params: IdParams,
          body: Type.Optional(Why),
          response: { 200: CampaignSchema, ...problems(400, 401, 403, 404, 409, 413, 415) },
        },
      },
      async (request) => {
        const { id } = request.params;
        const text = request.body?.text;
        const doing = { by: callerOf(request), now: now(), ...(text === undefined ? {} : { text }) };
        await store.transaction((db) => run(db, id, doing));
        await campaigns.changed(id);
        return campaignAnswer(store.reader, await showCampaign(store.reader, id));
      },
    );

  api.post(
    '/campaigns/:id/start',
    {
      schema: {
        operationId: 'startCampaign',
        summary: 'Start a draft',
        description: 'It waits for approval where it is for so many devices that it needs one.',
        tags,
        params: IdParams,
        response: { 200: CampaignSchema, ...problems(400, 401, 404, 409) },
      },
    },
    async (request) => {
      const { id } = request.params;
      await campaigns.start(id, callerOf(request));
      return campaignAnswer(store.reader, await showCampaign(store.reader, id));
    },
  );

  api.post(
    '/campaigns/:id/rerun',
    {
      schema: {
        operationId: 'rerunCampaign',
        summary: 'Try again on devices on which a campaign came to nothing',
        description:
          'Makes a campaign of its own for these devices, which does the same without waves; what came of the first one stays as it is.',
        tags,
        params: IdParams,
        body: Type.Object(
          {
            name: Type.Optional(Name),
            outcomes: Type.Optional(
              Type.Array(Type.Enum([...RERUN_OUTCOMES]), {
                minItems: 1,
                maxItems: RERUN_OUTCOMES.length,
                uniqueItems: true,
                description: 'Which devices; those on which it failed when absent',
              }),
            ),
          },
          { additionalProperties: false, title: 'CampaignRerun' },
        ),
        response: { 201: CampaignSchema, ...problems(400, 401, 404, 409, 413, 415) },
      },
    },
    async (request, reply) => {
      const { name, outcomes = ['failed'] } = request.body;
      const of = await findCampaign(store.reader, request.params.id);
      const id = await campaigns.rerun(of, {
        name: name ?? `${of.name} (again)`.slice(0, 128),
        target: { campaign: of.id, outcomes },
        by: callerOf(request),
      });
      reply.code(201).header('location', `${api.prefix}/campaigns/${id}`);
      return campaignAnswer(store.reader, await showCampaign(store.reader, id));
    },
  );
}
