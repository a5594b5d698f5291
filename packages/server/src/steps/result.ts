import type { Answer } from './kind.ts';
import { isContainer, isQuestion, type Request } from './request.ts';
import type { CommandResult } from './step.ts';

/**
 * The results that people see for a request: its own, then those of the requests within it.
 *
 * @param path of the step
 */
export function resultsOf(path: string, request: Request, answer: Answer): CommandResult[] {
  const results = [resultOf(path, request, answer)];
  if (!isContainer(request)) return results;
  request.requests.forEach((each, index) => {
    const nested = answer.nested?.[index] ?? { status: null };
    results.push(...resultsOf(`${path}/${each.id}`, each, nested));
  });
  return results;
}

function resultOf(path: string, request: Request, answer: Answer): CommandResult {
  const { status, value, format, type, items } = answer;
  return {
    step: Number.parseInt(path, 10),
    ...(path.includes('/') ? { path } : {}),
    command: request.command,
    ...(isContainer(request) ? {} : isQuestion(request) ? { text: request.text } : { uri: request.uri }),
    status,
    ...(value === undefined ? {} : { value }),
    ...(format === undefined ? {} : { format }),
    ...(type === undefined ? {} : { type }),
    ...(items === undefined || items.length === 0 ? {} : { items: [...items] }),
  };
}

/** Orders paths of steps as the steps are written. */
export function comparePaths(a: string, b: string): number {
  const left = a.split('/');
  const right = b.split('/');
  for (const [depth, name] of left.entries()) {
    const other = right[depth];
    if (other === undefined) return 1;
    if (name === other) continue;
    const [one, two] = [Number(name), Number(other)];
    if (Number.isInteger(one) && Number.isInteger(two)) return one - two;
    return name < other ? -1 : 1;
  }
  return left.length - right.length;
}

/** Where a result belongs among others. */
export function pathOfResult({ path, step }: CommandResult): string {
  return path ?? String(step);
}
