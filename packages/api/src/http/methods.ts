import type { Api } from './app.ts';
import { HttpProblem } from './problem.ts';

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;

/**
 * Answers 405 with `Allow` where a path is known and the method is not its own; to be called before the
 * routes are made.
 *
 * @returns what is to be called when they are
 */
export function refuseOtherMethods(api: Api): () => void {
  const known = new Map<string, Set<string>>();
  let isDone = false;
  api.addHook('onRoute', ({ path, method }) => {
    if (isDone) return;
    const own = path.slice(api.prefix.length);
    const methods = known.get(own) ?? new Set();
    for (const one of [method].flat()) methods.add(one);
    known.set(own, methods);
  });
  return () => {
    isDone = true;
    for (const [url, methods] of known) {
      const allow = [...methods].sort().join(', ');
      const refuse = async (): Promise<never> => {
        throw new HttpProblem('method-not-allowed', `only ${allow} go with this path`, { allow });
      };
      api.route({
        method: METHODS.filter((method) => !methods.has(method)),
        url,
        schema: { hide: true },
        onRequest: refuse,
        handler: refuse,
      });
    }
  };
}
