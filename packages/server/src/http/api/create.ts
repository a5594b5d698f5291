import swagger from '@fastify/swagger';
import Fastify, {
  type FastifyReply,
  type FastifyRequest,
  type FastifyServerOptions,
  LogController,
} from 'fastify';
import { authenticateToken } from '../../secrets/index.ts';
import { type Api, type ApiMeans, validatorCompiler } from './app.ts';
import { campaignRoutes } from './campaigns.ts';
import { contentRoutes } from './contents.ts';
import { deviceRoutes } from './devices.ts';
import { refuseOtherMethods } from './methods.ts';
import { descriptionOf, nameSchemas } from './openapi.ts';
import { answerTo, HttpProblem, PROBLEM_TYPE, PROBLEMS_PATH, problemsPage } from './problem.ts';
import { profileRoutes } from './profiles.ts';
import { quirkRoutes } from './quirks.ts';
import { serverRoutes } from './server.ts';
import { sessionRoutes } from './sessions.ts';
import { taskRoutes } from './tasks.ts';
import { tokenRoutes } from './tokens.ts';

export type { Api } from './app.ts';

/** Below which path the API lies; its version is part of it. */
export const API_PREFIX = '/api/v1';

/** How the application is made. */
export interface ApiOptions extends ApiMeans {
  /** Bytes of a request's body, where a path does not allow more. */
  bodyLimit: number;
  /** Fastify's own: how it listens and logs. */
  fastify?: Pick<FastifyServerOptions, 'serverFactory' | 'loggerInstance' | 'forceCloseConnections'>;
}

/** Where to ask whether the server is well. */
const HEALTH_PATH = '/healthz';

const ROUTES = [
  deviceRoutes,
  taskRoutes,
  profileRoutes,
  campaignRoutes,
  contentRoutes,
  sessionRoutes,
  quirkRoutes,
  serverRoutes,
  tokenRoutes,
];

/** What a path may hold: a DevId of 256 characters, each of them URL-encoded. */
const PARAM_LENGTH = 256 * 9;

/**
 * Everything that Grove answers besides devices: the REST API, its description, and whether the server
 * is well. Not listening yet.
 */
export async function createApi(options: ApiOptions): Promise<Api> {
  const { store, version } = options;
  const api: Api = Fastify({
    ...options.fastify,
    bodyLimit: options.bodyLimit,
    routerOptions: { maxParamLength: PARAM_LENGTH },
    frameworkErrors: (error, request, reply) => answerProblem(error, request, reply),
    logController: new LogController({ disableRequestLogging: true }),
    return503OnClosing: true,
  });
  api.removeContentTypeParser('text/plain');
  api.setValidatorCompiler(validatorCompiler);
  // Answers are what their types say; the tests hold them against the schemas.
  api.setSerializerCompiler(() => JSON.stringify);
  api.setErrorHandler(answerProblem);
  api.setNotFoundHandler((request) => {
    throw new HttpProblem('not-found', `there is nothing at ${JSON.stringify(pathOf(request))}`);
  });
  api.addHook('onSend', async (_request, reply) => {
    reply.header('cache-control', 'no-store').header('x-content-type-options', 'nosniff');
  });

  let described: object | undefined;
  const description = () => {
    described ??= nameSchemas(api.swagger());
    return described;
  };
  api.addHook('onResponse', async (request, reply) => {
    const { method } = request;
    const took = {
      method,
      path: pathOf(request),
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime),
    };
    if (request.url !== HEALTH_PATH) request.log.info(took, 'answered');
  });
  await api.register(swagger, { openapi: descriptionOf(version) });
  await api.register(
    (scope: Api, _options, done) => {
      scope.addHook('onRequest', async (request) => authenticate(request, options));
      scope.setNotFoundHandler((request) => {
        throw new HttpProblem('not-found', `there is nothing at ${JSON.stringify(pathOf(request))}`);
      });
      const refuse = refuseOtherMethods(scope);
      for (const routes of ROUTES) {
        routes(scope, options);
      }
      scope.get('/openapi.json', { schema: { hide: true } }, async () => description());
      scope.after(refuse);
      done();
    },
    { prefix: API_PREFIX },
  );

  api.get(HEALTH_PATH, { schema: { hide: true } }, async () => {
    await store.reader.selectFrom('tokens').select('id').limit(1).execute();
    return { status: 'ok', version };
  });
  api.get('/', { schema: { hide: true } }, async (_request, reply) => {
    reply.type('text/plain; charset=utf-8');
    return welcome(version);
  });
  api.get(PROBLEMS_PATH, { schema: { hide: true } }, async (_request, reply) => {
    reply.type('text/plain; charset=utf-8');
    return problemsPage();
  });
  await api.ready();
  return api;
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

async function authenticate(request: FastifyRequest, { store }: ApiMeans): Promise<void> {
  const [scheme, token, ...more] = (request.headers.authorization ?? '').trim().split(/\s+/);
  if (scheme === undefined || scheme === '' || token === undefined) {
    throw new HttpProblem('unauthorized', 'the request has no "Authorization: Bearer TOKEN"', {
      'www-authenticate': 'Bearer realm="grove"',
    });
  }
  const isBearer = scheme.toLowerCase() === 'bearer' && more.length === 0;
  if (!isBearer || (await authenticateToken(store.reader, token)) === undefined) {
    throw new HttpProblem('unauthorized', 'the token is not one of this server', {
      'www-authenticate': 'Bearer realm="grove", error="invalid_token"',
    });
  }
}

function answerProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const { body, headers, fault } = answerTo(error, request.id);
  if (fault) request.log.error({ err: error }, 'a request failed');
  reply.code(body.status).headers(headers).type(PROBLEM_TYPE).serializer(JSON.stringify).send(body);
}

function pathOf(request: FastifyRequest): string {
  return request.url.split('?', 1)[0] as string;
}
