import {
  type ApiOptions as AnyApiOptions,
  API_PREFIX,
  type Api,
  callerOf,
  createApi as createAnyApi,
  HttpProblem,
  PROBLEMS_PATH,
  takeKeys,
} from '@grove/api';
import { GATEWAY_TAGS, gatewayRoutes } from '@grove/gateway';
import type { Joining } from '@grove/store';
import { ContentTooLarge, UploadBroken } from '../../contents/index.ts';
import { FeedFull } from '../../events/index.ts';
import { answersIn } from '../../idempotency/index.ts';
import { ImportBroken } from '../../imports/index.ts';
import { DryRuns } from '../../profiles/index.ts';
import { authenticateToken } from '../../secrets/index.ts';
import type { Database } from '../../store/index.ts';
import { StoreUnavailable } from '../../store/index.ts';
import { applyRoutes } from './apply.ts';
import { campaignRoutes } from './campaigns/index.ts';
import { careRoutes } from './care.ts';
import { contentRoutes } from './contents.ts';
import { deviceRoutes, importRoutes } from './devices/index.ts';
import { eventRoutes } from './events.ts';
import { expressionRoutes } from './expressions.ts';
import { groupRoutes } from './groups.ts';
import type { ApiMeans } from './means.ts';
import { modelRoutes } from './models.ts';
import { networkRoutes } from './network.ts';
import { notificationRoutes } from './notifications.ts';
import { policyRoutes } from './policies.ts';
import { profileRoutes } from './profiles/index.ts';
import { quirkRoutes } from './quirks.ts';
import { reasonRoutes } from './reasons.ts';
import { ruleRoutes } from './rules.ts';
import { serverRoutes } from './server.ts';
import { sessionRoutes } from './sessions.ts';
import { subscriberRoutes } from './subscribers.ts';
import { taskRoutes } from './tasks.ts';
import { tokenRoutes } from './tokens.ts';
import { triggerRoutes } from './triggers.ts';
import { webhookRoutes } from './webhooks/index.ts';

/** How the application is made. */
export interface ApiOptions extends Omit<ApiMeans, 'dryRuns'>, Pick<AnyApiOptions, 'bodyLimit' | 'fastify'> {
  /** By which a request is one unit of work where it has a key; `store` is its store. */
  readonly requests: Joining<Database>;
}

const ROUTES = [
  deviceRoutes,
  groupRoutes,
  subscriberRoutes,
  taskRoutes,
  profileRoutes,
  policyRoutes,
  campaignRoutes,
  notificationRoutes,
  sessionRoutes,
  eventRoutes,
  networkRoutes,
  ruleRoutes,
  careRoutes,
  triggerRoutes,
  webhookRoutes,
  reasonRoutes,
  modelRoutes,
  quirkRoutes,
  serverRoutes,
  tokenRoutes,
];

/** Those whose requests are more than one unit of work, so that no Idempotency-Key goes with them. */
const UNKEPT_ROUTES = [applyRoutes, contentRoutes, expressionRoutes, importRoutes];

/** Those that change nothing and may look through all devices, for which no unit of work is to wait. */
const UNKEPT_PATHS = [
  '/campaigns/dry-run',
  '/profiles/check',
  '/profiles/:name/dry-run',
  '/reasons/:name/preview',
  '/rules/test',
];

const TAGS = [
  { name: 'server', description: 'The server itself' },
  { name: 'devices', description: 'Managed terminals, their DM accounts and trees' },
  { name: 'groups', description: 'Devices that have a name together' },
  { name: 'expressions', description: 'The language that searches, groups and targets are written in' },
  { name: 'subscribers', description: 'Who uses devices' },
  { name: 'tasks', description: 'Work for one device' },
  { name: 'profiles', description: 'Desired configurations' },
  { name: 'policies', description: 'Profiles that devices are to have, and whether they have them' },
  {
    name: 'models',
    description: 'Models of devices: descriptions, where they have settings, what they do otherwise',
  },
  { name: 'campaigns', description: 'Work for many devices' },
  { name: 'apply', description: 'Things that are kept as files' },
  { name: 'notifications', description: 'Devices that are asked to call' },
  { name: 'contents', description: 'Large values for devices, and from them' },
  { name: 'reasons', description: 'Why devices are asked to call, in the words of their users' },
  {
    name: 'rules',
    description: 'Devices that are found by what is known and what happens, and what they get',
  },
  { name: 'events', description: 'What has happened: the log, and a stream of it' },
  { name: 'care', description: 'Errors that customer care looks after' },
  { name: 'triggers', description: 'What other systems ask for' },
  { name: 'webhooks', description: 'Addresses that are told of events' },
  { name: 'sessions', description: 'What devices said: sessions, alerts, refused messages' },
];

/**
 * Everything that Grove answers besides devices: the REST API, its description, and whether the server
 * is well. Not listening yet.
 */
export async function createApi(options: ApiOptions): Promise<Api> {
  const { version, bodyLimit, fastify, gateway, store, requests } = options;
  const { now, closing } = options;
  const means: ApiMeans = { ...options, dryRuns: new DryRuns(store, now, closing) };
  return createAnyApi({
    description: {
      title: 'Grove',
      version,
      description: 'Grove manages devices by OMA Device Management.',
      tags: gateway === undefined ? TAGS : [...TAGS, ...GATEWAY_TAGS],
    },
    routes: (scope) => {
      // Whoever has changed groups, profiles or policies finds them changed when a device calls next.
      scope.addHook('onSend', async ({ method }) => {
        if (method !== 'GET') await means.policies.renew();
      });
      keepToTriggers(scope);
      const takeNoMore = takeKeys(scope, answersIn(requests.unit, means), UNKEPT_PATHS);
      for (const routes of ROUTES) routes(scope, means);
      takeNoMore();
      for (const routes of UNKEPT_ROUTES) routes(scope, means);
      if (gateway === undefined) noGateway(scope);
      else gatewayRoutes(scope, gateway);
    },
    authenticate: async (token) => {
      const known = await authenticateToken(store.reader, token);
      return known && { ...known, only: known.triggers ?? undefined };
    },
    check: () => store.reader.selectFrom('tokens').select('id').limit(1).execute(),
    welcome: welcome(version),
    problemOf,
    bodyLimit,
    ...(fastify === undefined ? {} : { fastify }),
  });
}

/** Where those may go whose tokens are for triggers alone. */
const OF_TRIGGERS = new RegExp(`^${API_PREFIX}/triggers(?:/|$)`);

/** Keeps away from all else whoever has a token for triggers alone. */
function keepToTriggers(scope: Api): void {
  scope.addHook('onRequest', async (request) => {
    if (callerOf(request).only === undefined || OF_TRIGGERS.test(request.routeOptions.url ?? '')) return;
    throw new HttpProblem('forbidden', 'this token may ask for triggers alone, at /api/v1/triggers');
  });
}

/** Says why the routes of a gateway are not there. */
function noGateway(scope: Api): void {
  scope.all('/gateway/*', { schema: { hide: true } }, () => {
    throw new HttpProblem(
      'not-found',
      'no push gateway runs within this server; if it pushes through another one, that has an API of its own',
    );
  });
}

function problemOf(error: unknown): HttpProblem | undefined {
  // Nobody waits for this answer any more.
  if (error instanceof DOMException && error.name === 'AbortError')
    return new HttpProblem('unavailable', 'the request was given up');
  if (error instanceof ContentTooLarge) return new HttpProblem('too-large', error.message);
  if (error instanceof UploadBroken) return new HttpProblem('invalid-input', error.message);
  if (error instanceof ImportBroken) {
    const isUnavailable = error.cause instanceof StoreUnavailable;
    return new HttpProblem(isUnavailable ? 'unavailable' : 'invalid-input', error.message);
  }
  if (error instanceof FeedFull)
    return new HttpProblem('unavailable', error.message, { 'retry-after': '30' });
  return undefined;
}

function welcome(version: string): string {
  return [
    `Grove ${version}, an OMA Device Management server.`,
    '',
    'Devices POST to /dm.',
    `The REST API is below ${API_PREFIX}; ${API_PREFIX}/openapi.json describes it.`,
    `${PROBLEMS_PATH} says what its errors mean, /healthz whether the server is well.`,
    '',
  ].join('\n');
}
