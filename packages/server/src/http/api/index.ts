/** The REST API. */
export { API_PREFIX, type Api, type ApiOptions, createApi } from './create.ts';
export { PROBLEM_TYPE, problemAnswer } from './problem.ts';
