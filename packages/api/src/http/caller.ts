import type { FastifyRequest } from 'fastify';

/** Who calls an API, by the token that he presents. */
export interface Caller {
  /** Tells callers apart that have the same name. */
  readonly id: number;
  /** The name of his token. */
  readonly name: string;
  /** Names of what is all that he may ask for, in the words of the API; he may do everything when absent. */
  readonly only?: readonly string[] | undefined;
}

const callers = new WeakMap<FastifyRequest, Caller>();

/** Notes who has been let in. */
export function letIn(request: FastifyRequest, caller: Caller): void {
  callers.set(request, caller);
}

/** Who calls: one who was let in, as whoever reaches a route of the API was. */
export function callerOf(request: FastifyRequest): Caller {
  const caller = callers.get(request);
  if (caller === undefined) throw new Error(`${request.url} is answered without anybody having been let in`);
  return caller;
}
