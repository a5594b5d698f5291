/** What answers tell about a device's tree. */
import { STATUS } from '@grove/protocol';
import { isContainer, isQuestion, succeeded } from '../steps/index.ts';
import { canonicalUri } from './item.ts';
import type { Asked, Effects } from './state.ts';

/** Takes note of what a command's answer tells. */
export function learn(effects: Effects, asked: Asked): void {
  const { request, status, results = [], nested = [] } = asked;
  const done = succeeded(status ?? null);
  if (isContainer(request)) {
    // Of an Atomic that failed nothing holds, whatever is said of its parts.
    if (request.command === 'Atomic' && !done) return;
    for (const each of nested) learn(effects, each);
    return;
  }
  if (isQuestion(request) || request.uri.includes('?')) return;
  const uri = canonicalUri(request.uri);
  // That there is no root says nothing of the tree.
  if (request.command === 'Get' && status === STATUS.NOT_FOUND && uri !== '.') effects.gone.push(uri);
  if (!done) return;
  switch (request.command) {
    case 'Delete':
      effects.gone.push(uri);
      effects.nodes = effects.nodes.filter((node) => !isAtOrBelow(node.uri, uri));
      return;
    case 'Get': {
      const [only, ...more] = results;
      if (only === undefined || more.length > 0) return;
      const { format = 'chr', type = null, value = null } = only;
      effects.nodes.push({ uri, format, type, value });
      return;
    }
    case 'Add':
    case 'Replace': {
      const { format = 'chr', type = null, value = null } = request;
      effects.nodes.push({ uri, format, type, value });
      return;
    }
    default:
  }
}

function isAtOrBelow(uri: string, top: string): boolean {
  return uri === top || uri.startsWith(`${top}/`);
}
