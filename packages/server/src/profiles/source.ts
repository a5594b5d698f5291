import { explain, InvalidInput, type Problem } from '@grove/api';
import {
  Deviations,
  encodeBase64,
  MalformedError,
  parseTnds,
  type ReadTndsNode,
  TreeError,
  Uri,
} from '@grove/protocol';
import { Compile } from 'typebox/compile';
import { parse, YAMLParseError } from 'yaml';
import { escapeTemplate, PROFILE_LIMITS, ProfileInput, type ProfileNode } from './document/index.ts';

/** Aliases that a YAML document may come to; a bomb comes to billions. */
const MOST_ALIASES = 100;

let fits: ReturnType<typeof Compile<typeof ProfileInput>> | undefined;

/**
 * Reads a profile from a file: YAML, JSON, or a serialized tree (TNDS) of instances of management objects, as XML or WBXML.
 *
 * @param field what to call the file in errors
 * @throws {InvalidInput} when it is none of these, or not a profile; what is wrong with the profile itself is for `checkProfile`
 */
export function readSource(bytes: Uint8Array, field: string): ProfileInput {
  const [first = 0] = bytes;
  if (first <= 0x03) return profileOfTnds(bytes, 'wbxml', field);
  const text = new TextDecoder().decode(bytes);
  if (/^\s*</.test(text)) return profileOfTnds(bytes, 'xml', field);
  const input = parseText(text, field);
  fits ??= Compile(ProfileInput);
  if (fits.Check(input)) return input;
  const problems = explain(ProfileInput, input, 'the profile');
  throw new InvalidInput(problems.map((problem) => ({ ...problem, field: `${field}/${problem.field}` })));
}

function parseText(text: string, field: string): unknown {
  try {
    return parse(text, { maxAliasCount: MOST_ALIASES });
  } catch (error) {
    const [line = ''] = error instanceof YAMLParseError ? error.message.split('\n') : [String(error)];
    const expected = `YAML, JSON or a serialized tree: ${line.replace(/:$/, '')}`;
    throw new InvalidInput([{ field, expected }], { cause: error });
  }
}

/**
 * A serialized tree as a profile: each instance that says which object it is becomes a fragment, what stands outside of
 * them one for each node at the top. ACLs, titles and other properties are not part of profiles and are left out.
 */
function profileOfTnds(bytes: Uint8Array, encoding: 'xml' | 'wbxml', field: string): ProfileInput {
  let nodes: ReadTndsNode[];
  try {
    nodes = parseTnds(bytes, encoding, Uri.ROOT, { deviations: new Deviations() });
  } catch (error) {
    if (!(error instanceof MalformedError || error instanceof TreeError)) throw error;
    const expected = `a serialized tree (TNDS): ${error.message}`;
    throw new InvalidInput([{ field, expected }], { cause: error });
  }
  const roots = rootsOf(nodes);
  const problems: Problem[] = [];
  if (roots.length === 0) problems.push({ field, expected: 'an interior node with leaves in it' });
  if (nodes.length > PROFILE_LIMITS.nodes)
    problems.push({ field, expected: `${PROFILE_LIMITS.nodes} nodes at the most, not ${nodes.length}` });
  if (problems.length > 0) throw new InvalidInput(problems);
  return {
    fragments: roots.map((root) => ({
      root: escapeTemplate(root.uri),
      ...(root.type === undefined || root.type === '' ? {} : { object: escapeTemplate(root.type) }),
      nodes: nodesBelow(root, nodes, roots),
    })),
  };
}

/** The instances of objects; what is in none of them is below the nodes at the top. */
function rootsOf(nodes: readonly ReadTndsNode[]): ReadTndsNode[] {
  const roots: ReadTndsNode[] = [];
  const interior = nodes.filter(({ format, uri }) => format === 'node' && uri !== '.');
  const isWithin = (uri: string) => roots.some((root) => uri.startsWith(`${root.uri}/`));
  for (const node of interior) if ((node.type ?? '') !== '' && !isWithin(node.uri)) roots.push(node);
  for (const node of interior) {
    const hasRoot = roots.some((root) => root.uri === node.uri || root.uri.startsWith(`${node.uri}/`));
    if (!hasRoot && !isWithin(node.uri)) roots.push(node);
  }
  return roots;
}

function nodesBelow(
  root: ReadTndsNode,
  nodes: readonly ReadTndsNode[],
  roots: readonly ReadTndsNode[],
): ProfileNode[] {
  const below = nodes.filter(({ uri }) => uri.startsWith(`${root.uri}/`));
  const isParent = new Set(below.map(({ uri }) => uri.slice(0, uri.lastIndexOf('/'))));
  return below.flatMap((node): ProfileNode[] => {
    if (roots.includes(node)) return [];
    const path = escapeTemplate(node.uri.slice(root.uri.length + 1));
    if (node.format === 'node') return isParent.has(node.uri) ? [] : [{ path, format: 'node' }];
    const { format, type, data = '' } = node;
    const value = typeof data === 'string' ? escapeTemplate(data) : encodeBase64(data);
    return [
      {
        path,
        value,
        ...(format === 'chr' ? {} : { format }),
        ...(type === undefined || type === '' || type === 'text/plain' ? {} : { type }),
      },
    ];
  });
}
