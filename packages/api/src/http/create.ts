import swagger from '@fastify/swagger';
import Fastify, {
  type FastifyReply,
  type FastifyRequest,
  type FastifyServerOptions,
  LogController,
} from 'fastify';
import { type Api, validatorCompiler } from './app.ts';
import { type Caller, letIn } from './caller.ts';
import { refuseOtherMethods } from './methods.ts';
import { type ApiDescription, descriptionOf, nameSchemas } from './openapi.ts';
import { answerTo, HttpProblem, PROBLEM_TYPE, PROBLEMS_PATH, problemsPage } from './problem.ts';

/** Below which path the API lies; its version is part of it. */
export const API_PREFIX = '/api/v1';

/** How an application is made. */
export interface ApiOptions {
  readonly description: ApiDescription;
  /** Makes the routes; their paths are below {@link API_PREFIX}. */
  readonly routes: (scope: Api) => void;
  /** Whose a token is; undefined for one that may not use the API. */
  readonly authenticate: (token: string) => Promise<Caller | undefined>;
  /** Rejects where the server is not well. */
  readonly check: () => Promise<unknown>;
  /** What `/` answers, as text. */
  readonly welcome: string;
  /** The problem that an error of the routes' own is; undefined for those that every API knows. */
  readonly problemOf?: (error: unknown) => HttpProblem | undefined;
  /** Bytes of a request's body, where a path does not allow more. */
  readonly bodyLimit: number;
  /** Fastify's own: how it listens and logs. */
  readonly fastify?: Pick<FastifyServerOptions, 'serverFactory' | 'loggerInstance' | 'forceCloseConnections'>;
}

/** Where to ask whether the server is well. */
const HEALTH_PATH = '/healthz';

/** What a path may hold: a DevId of 256 characters, each of them URL-encoded. */
const PARAM_LENGTH = 256 * 9;

/**
 * A REST API with its description, and beside it whether the server is well and what the problems mean. Not
 * listening yet.
 */
export async function createApi(options: ApiOptions): Promise<Api> {
  const answerProblem = (error: unknown, request: FastifyRequest, reply: FastifyReply) =>
    answer(options.problemOf?.(error) ?? error, request, reply);
  const api: Api = Fastify({
    ...options.fastify,
    bodyLimit: options.bodyLimit,
    routerOptions: { maxParamLength: PARAM_LENGTH },
    frameworkErrors: answerProblem,
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
  await api.register(swagger, { openapi: descriptionOf(options.description) });
  await api.register(
    (scope: Api, _options, done) => {
      scope.addHook('onRequest', async (request) => authenticate(request, options.authenticate));
      scope.setNotFoundHandler((request) => {
        throw new HttpProblem('not-found', `there is nothing at ${JSON.stringify(pathOf(request))}`);
      });
      const refuse = refuseOtherMethods(scope);
      options.routes(scope);
      scope.get('/openapi.json', { schema: { hide: true } }, async () => description());
      scope.after(refuse);
      done();
    },
    { prefix: API_PREFIX },
  );

  api.get(HEALTH_PATH, { schema: { hide: true } }, async () => {
    await options.check();
    return { status: 'ok', version: options.description.version };
  });
  api.get('/', { schema: { hide: true } }, async (_request, reply) => {
    reply.type('text/plain; charset=utf-8');
    return options.welcome;
  });
  api.get(PROBLEMS_PATH, { schema: { hide: true } }, async (_request, reply) => {
    reply.type('text/plain; charset=utf-8');
    return problemsPage();
  });
  await api.ready();
  return api;
}

async function authenticate(request: FastifyRequest, callerBy: ApiOptions['authenticate']): Promise<void> {
  const [scheme, token, ...more] = (request.headers.authorization ?? '').trim().split(/\s+/);
  if (scheme === undefined || scheme === '' || token === undefined) {
    throw new HttpProblem('unauthorized', 'the request has no "Authorization: Bearer TOKEN"', {
      'www-authenticate': 'Bearer realm="grove"',
    });
  }
  const isBearer = scheme.toLowerCase() === 'bearer' && more.length === 0;
  const caller = isBearer ? await callerBy(token) : undefined;
  if (caller === undefined) {
    throw new HttpProblem('unauthorized', 'the token is not one of this server', {
      'www-authenticate': 'Bearer realm="grove", error="invalid_token"',
    });
  }
  letIn(request, caller);
}

function answer(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const { body, headers, fault } = answerTo(error, request.id);
  if (fault) request.log.error({ err: error }, 'a request failed');
  reply.code(body.status).headers(headers).type(PROBLEM_TYPE).serializer(JSON.stringify).send(body);
}

function pathOf(request: FastifyRequest): string {
  return request.url.split('?', 1)[0] as string;
}
