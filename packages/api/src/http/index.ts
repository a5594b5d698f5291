/** An API over HTTP: Fastify with checked requests, problems as answers, and a description. */
export { mayUseApi } from './access.ts';
export { type Answered, answerChecker, type Description, type Operation } from './answers.ts';
export { type Api, problems, validatorCompiler } from './app.ts';
export { type Caller, callerOf } from './caller.ts';
export { API_PREFIX, type ApiOptions, createApi } from './create.ts';
export { type KeptAnswer, type KeptAnswers, type KeyedRequest, takeKeys } from './idempotency.ts';
export type { ApiDescription } from './openapi.ts';
export { HttpProblem, PROBLEM_TYPE, PROBLEMS_PATH, problemAnswer } from './problem.ts';
export {
  Id,
  IdParams,
  Name,
  nullable,
  PageQuery,
  pageRequest,
  pageSchema,
  readTime,
  Time,
  timeOf,
  timeOrNull,
} from './schemas.ts';
