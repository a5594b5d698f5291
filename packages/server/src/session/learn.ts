/** What answers tell about a device's tree. */
import { STATUS } from '@grove/protocol';
import {
  type DeviceItem,
  isContainer,
  isQuestion,
  markAt,
  markValue,
  type NodeRequest,
  secretsOfRequest,
  succeeded,
} from '../steps/index.ts';
import { canonicalUri } from './item.ts';
import { listedNodes, listingOf } from './listing.ts';
import type { Asked, Effects } from './state.ts';

/** Takes note of what a command's answer tells. Of secret nodes it is only that they are there. */
export function learn(effects: Effects, asked: Asked): void {
  const secrets = new Set(secretsOfRequest(asked.request));
  learnOf(effects, asked);
  if (secrets.size > 0)
    effects.nodes = effects.nodes.map((node) => (secrets.has(node.uri) ? { ...node, value: null } : node));
}

function learnOf(effects: Effects, asked: Asked): void {
  const { request, status, results = [], nested = [] } = asked;
  const done = succeeded(status ?? null);
  if (isContainer(request)) {
    // Of an Atomic that failed nothing holds, whatever is said of its parts.
    if (request.command === 'Atomic' && !done) return;
    for (const each of nested) learnOf(effects, each);
    return;
  }
  if (isQuestion(request)) return;
  if (request.uri.includes('?')) {
    if (done) learnOfQuery(effects, request, results);
    return;
  }
  const uri = canonicalUri(request.uri);
  // That there is no root says nothing of the tree.
  if (request.command === 'Get' && status === STATUS.NOT_FOUND && uri !== '.') effects.gone.push(uri);
  if (!done) return;
  switch (request.command) {
    case 'Delete':
      forget(effects, uri);
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
      if (request.tree !== undefined) {
        if (request.command === 'Replace') forget(effects, uri);
        for (const { uri: at, format = 'chr', type = null, value = null } of request.tree) {
          effects.nodes.push({ uri: at, format, type, value: format === 'node' ? undefined : value });
        }
        return;
      }
      const { format = 'chr', type = null, value = null } = request;
      effects.nodes.push({ uri, format, type, value });
      return;
    }
    default:
  }
}

/** What answers tell that are about properties of a node or the nodes below it. */
function learnOfQuery(effects: Effects, request: NodeRequest, results: readonly DeviceItem[]): void {
  const { command, uri, value } = request;
  const mark = markAt(uri);
  if (mark !== undefined) {
    const [said] = command === 'Get' ? results : [{ value }];
    const on = said === undefined ? undefined : markValue(said);
    if (on !== undefined) effects.marks.push({ uri: canonicalUri(mark.root), name: mark.name, on });
    return;
  }
  const listing = command === 'Get' ? listingOf(uri) : undefined;
  if (listing !== undefined) {
    // One that is answered without regard to the query is no listing.
    const [only, ...more] = results;
    const isPlain = more.length === 0 && only?.format === 'node' && (only.value ?? '') !== '';
    if (!isPlain) effects.nodes.push(...listedNodes(listing, results));
  } else if (command === 'Replace' && uri.endsWith('?prop=Name')) {
    forget(effects, canonicalUri(uri.slice(0, uri.indexOf('?'))));
  }
}

function forget(effects: Effects, uri: string): void {
  effects.gone.push(uri);
  effects.nodes = effects.nodes.filter((node) => !isAtOrBelow(node.uri, uri));
}

function isAtOrBelow(uri: string, top: string): boolean {
  return uri === top || uri.startsWith(`${top}/`);
}
