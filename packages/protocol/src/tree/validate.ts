/** A tree as a whole against its device description. */
import { checkAllowed } from './allowed.ts';
import type { DdfNode } from './ddf.ts';
import { type Description, describe } from './description.ts';
import { TreeError } from './error.ts';
import { checkLimits, Uri, type UriLimits } from './uri.ts';
import { type Format, isStored, type LeafData, normaliseType, normaliseValue, ValueError } from './value.ts';

/** What is known of a node: what a listing, or a serialized tree, says of it. */
export interface ValidatedNode {
  /** Canonical. */
  readonly uri: string;
  /** Absent = not known, and not judged. */
  readonly format?: Format | undefined;
  readonly type?: string | undefined;
  readonly data?: LeafData | undefined;
}

/**
 * What a node may be at fault with: that it is described nowhere, its format, its type, its value, its name (one that
 * differs only by case from its sibling's), the length of its URI; or that there are too many of it, or too few.
 */
export type TreeRule = 'unknown' | 'format' | 'type' | 'value' | 'name' | 'limits' | 'most' | 'least';

/** One thing in a tree that is not as described. */
export interface Violation {
  /** The node; for one that is missing, where it should be. */
  readonly uri: string;
  readonly rule: TreeRule;
  readonly found: string;
  readonly expected: string;
  /** DM status code with which a command that led to it is refused; for a missing node 404, as whoever looks for it. */
  readonly status: number;
}

interface Known {
  readonly uri: Uri;
  readonly node: ValidatedNode;
  readonly children: Known[];
}

/**
 * Compares nodes with a description.
 *
 * @param nodes a tree or any part of it, parents first: {@link ManagementTree.list}, {@link readTnds}. What is missing
 *   is looked for below those nodes only.
 * @param limits of URIs, as the device declares them
 * @returns in the order of the nodes; empty = the tree is as described
 * @throws {TreeError} when a URI is none
 */
export function validateTree(
  ddf: readonly DdfNode[],
  nodes: Iterable<ValidatedNode>,
  limits?: UriLimits,
): Violation[] {
  const root = describe(ddf);
  const known = new Map<string, Known>();
  const tops: Known[] = [];
  for (const node of nodes) {
    const uri = Uri.parse(node.uri);
    const made: Known = { uri, node, children: [] };
    known.set(uri.toString(), made);
    const parent = uri.parent === undefined ? undefined : known.get(uri.parent.toString());
    (parent?.children ?? tops).push(made);
  }
  const violations: Violation[] = [];
  for (const top of tops) {
    let said: Description | undefined = root;
    for (const name of top.uri.segments.slice(0, -1)) said = said?.child(name, 'node', '');
    visit(top, top.uri.segments.length === 0 ? root : childOf(said, top), limits, violations);
  }
  return violations;
}

/** An interior node is one that says so, or of which nodes below are known. */
function isInterior({ node, children }: Known): boolean {
  return node.format === undefined ? children.length > 0 : node.format === 'node';
}

function childOf(parent: Description | undefined, child: Known): Description | undefined {
  const interior = isInterior(child);
  return parent?.child(child.uri.name, interior ? 'node' : 'leaf', interior ? (child.node.type ?? '') : '');
}

type Fault = Omit<Violation, 'uri'>;

function visit(
  known: Known,
  said: Description | undefined,
  limits: UriLimits | undefined,
  violations: Violation[],
): void {
  const uri = known.uri.toString();
  const { children, node } = known;
  const fault = misfit(known, said, limits);
  if (fault !== undefined) violations.push({ uri, ...fault });
  if (fault !== undefined || said === undefined) return;
  if (isInterior(known)) {
    violations.push(...identifierFaults(node, said).map((each) => ({ uri, ...each })));
    checkChildren(known, said, violations);
    for (const child of children) visit(child, childOf(said, child), limits, violations);
  } else violations.push(...leafFaults(node, said).map((each) => ({ uri, ...each })));
}

/** Why a node cannot be where it is at all. */
function misfit(
  known: Known,
  said: Description | undefined,
  limits: UriLimits | undefined,
): Fault | undefined {
  try {
    checkLimits(known.uri, limits);
  } catch (error) {
    if (!(error instanceof TreeError)) throw error;
    return { rule: 'limits', status: error.status, found: error.message, expected: 'a shorter URI' };
  }
  if (said === undefined) return { rule: 'unknown', status: 405, found: 'a node', expected: 'no such node' };
  if (said.format === undefined || said.interior === isInterior(known)) return undefined;
  return { rule: 'format', status: 415, found: known.node.format ?? 'node', expected: said.format };
}

function identifierFaults({ type = '' }: ValidatedNode, { types }: Description): Fault[] {
  if (type === '' || types.length === 0 || types.includes(type)) return [];
  return [{ rule: 'type', status: 415, found: type, expected: types.join(' or ') }];
}

function leafFaults({ format, type = '', data }: ValidatedNode, said: Description): Fault[] {
  const wanted = said.format === 'b64' ? 'bin' : said.format;
  if (format !== undefined && wanted !== undefined && format !== wanted)
    return [{ rule: 'format', status: 415, found: format, expected: wanted }];
  const faults: Fault[] = [];
  const judge = (rule: TreeRule, found: string, work: () => unknown): void => {
    try {
      work();
    } catch (error) {
      if (!(error instanceof ValueError)) throw error;
      faults.push({ rule, status: error.status, found, expected: error.message });
    }
  };
  if (type !== '') judge('type', type, () => normaliseType(type, said.types));
  if (format !== undefined && data !== undefined && !isStored(data)) {
    const shown = typeof data === 'string' ? data.slice(0, 100) : `${data.length} bytes`;
    judge('value', shown, () => {
      const kept = normaliseValue({ format, type: '', data });
      if (said.allowed !== undefined) checkAllowed(kept.data, said.allowed);
    });
  }
  return faults;
}

/** That there are as many children of each kind as there may be, and that their names differ. */
function checkChildren({ uri, children }: Known, said: Description, violations: Violation[]): void {
  const counts = new Map<Description, number>();
  const names = new Map<string, string>();
  for (const child of children) {
    const childSaid = childOf(said, child);
    if (childSaid === undefined) continue;
    const { name } = child.uri;
    const folded = childSaid.ignoresCase ? name.toLowerCase() : name;
    const same = names.get(folded);
    if (same !== undefined)
      violations.push({
        uri: child.uri.toString(),
        rule: 'name',
        found: name,
        expected: `no second ${same}`,
        status: 418,
      });
    names.set(folded, name);
    const count = (counts.get(childSaid) ?? 0) + 1;
    counts.set(childSaid, count);
    if (childSaid.name === undefined && count === childSaid.most + 1)
      violations.push({
        uri: child.uri.toString(),
        rule: 'most',
        found: `more than ${childSaid.most}`,
        expected: `${childSaid.most} at most`,
        status: 420,
      });
  }
  for (const kind of [...said.named.values(), ...said.unnamed]) {
    if ((counts.get(kind) ?? 0) >= kind.least && !(kind.permanent && !counts.has(kind))) continue;
    const missing = uri.child(kind.name ?? '<X>').toString();
    const what = kind.interior ? 'an interior node' : `a leaf of format ${kind.format}`;
    violations.push({
      uri: missing,
      rule: 'least',
      found: 'nothing',
      expected: kind.permanent ? `${what}, which is permanent` : what,
      status: 404,
    });
  }
}
