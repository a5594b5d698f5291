/** Holds what a profile wants against what a model's description says that there is. */
import {
  checkAllowed,
  type Description,
  FORMATS,
  normaliseValue,
  type Uri,
  ValueError,
} from '@grove/protocol';
import { type PlacedFragment, partOf, type RenderedNode } from './fragment.ts';
import { type Reason, shown } from './reason.ts';

/**
 * Checks the nodes of a fragment.
 *
 * @param model what people call it
 * @returns the nodes with what the description says of them: formats, types, values in the form of their format
 */
export function checkFragment(
  { fragment, uri, described }: PlacedFragment,
  model: string,
  reasons: Reason[],
): RenderedNode[] {
  const checked = fragment.nodes.flatMap((node) => {
    const found: Reason[] = [];
    const made = new NodeCheck(fragment.profile, uri, node, model, found).against(described);
    if (node.optional === true && found.length > 0 && found.every(({ code }) => LACKING.has(code))) return [];
    reasons.push(...found);
    return [made];
  });
  if (described !== undefined) checkOccurrence(fragment, uri, described, model, reasons);
  return checked;
}

/** Reasons for which a device goes without what is optional: it does not have it, or does not let it be set. */
const LACKING: ReadonlySet<Reason['code']> = new Set(['unknown-node', 'not-allowed']);

class NodeCheck {
  readonly #profile: string;
  readonly #root: Uri;
  readonly #node: RenderedNode;
  readonly #model: string;
  readonly #reasons: Reason[];

  constructor(profile: string, root: Uri, node: RenderedNode, model: string, reasons: Reason[]) {
    this.#profile = profile;
    this.#root = root;
    this.#node = node;
    this.#model = model;
    this.#reasons = reasons;
  }

  #refuse(code: Reason['code'], expected: string, found?: string, part: 'path' | 'value' = 'path'): void {
    this.#reasons.push({
      code,
      profile: this.#profile,
      field: partOf(this.#node.field, part),
      node: `${this.#root.toString()}/${this.#node.path}`,
      ...(found === undefined || this.#node.secret ? {} : { found: shown(found) }),
      expected,
    });
  }

  against(root: Description | undefined): RenderedNode {
    const { path, policy, format } = this.#node;
    const segments = path.split('/');
    let at = root;
    for (const [depth, name] of segments.entries()) {
      if (at === undefined) break;
      if (at.format !== undefined && !at.interior) {
        this.#refuse(
          'unknown-node',
          `a node of ${this.#model}: ${segments.slice(0, depth).join('/')} has a value, and nothing below it`,
        );
        return this.#node;
      }
      const interior = depth < segments.length - 1 || format === 'node';
      const child = at.child(name, interior ? 'node' : 'leaf', '');
      if (child === undefined) {
        const above = segments.slice(0, depth).join('/');
        const names = [...at.named.keys()].join(', ');
        this.#refuse(
          'unknown-node',
          `a node of ${this.#model}: below ${above === '' ? 'the instance' : above} there are ${names}`,
        );
        return this.#node;
      }
      at = child;
    }
    if (policy === 'keep') return this.#node;
    if (policy === 'absent') return this.#absent(at);
    return this.#written(at);
  }

  #absent(described: Description | undefined): RenderedNode {
    if (described !== undefined) {
      if (described.permanent)
        this.#refuse('not-allowed', `a node that may be deleted: on ${this.#model} it is permanent`);
      else if (!described.access.has('Delete'))
        this.#refuse(
          'not-allowed',
          `a node that may be deleted: on ${this.#model} it has ${accessOf(described)}`,
        );
    }
    return this.#node;
  }

  #written(described: Description | undefined): RenderedNode {
    const node = this.#node;
    const wanted = described?.format;
    if (wanted !== undefined && (wanted === 'node') !== (node.format === 'node')) {
      this.#refuse(
        'wrong-format',
        wanted === 'node' ? `format node: on ${this.#model} it is an interior node` : `format ${wanted}`,
        node.format ?? 'chr',
      );
      return node;
    }
    if (described !== undefined) this.#access(described);
    if (node.format === 'node' || node.assumed === true) return node;
    return this.#value(described);
  }

  #access(described: Description): void {
    const may = (command: 'Add' | 'Replace') => described.access.has(command);
    const isThere = described.permanent;
    if (this.#node.format === 'node') {
      if (!isThere && !may('Add'))
        this.#refuse(
          'not-allowed',
          `an interior node that may be added: on ${this.#model} it has ${accessOf(described)}`,
        );
      return;
    }
    if (isThere ? may('Replace') : may('Replace') || may('Add')) return;
    // What is always there and is only to be added where it is missing is never written.
    if (isThere && this.#node.policy === 'default') return;
    const what = isThere ? 'replaced: on' : 'added or replaced: on';
    this.#refuse(
      'not-allowed',
      `a node that may be ${what} ${this.#model} it has ${accessOf(described)}${isThere ? ' and is permanent' : ''}`,
    );
  }

  #value(described: Description | undefined): RenderedNode {
    const node = this.#node;
    const { value = '' } = node;
    const wanted = described?.format === undefined ? undefined : { ...described, format: described.format };
    const given = FORMATS.find((format) => format === node.format) ?? wanted?.format ?? 'chr';
    const format = given === 'bin' ? 'b64' : given;
    try {
      const normal = normaliseValue({ format, type: node.type ?? '', data: value }, wanted);
      if (described?.allowed !== undefined) checkAllowed(normal.data, described.allowed);
      const text = typeof normal.data === 'string' ? normal.data : value;
      return {
        ...node,
        value: text,
        ...(normal.format === 'chr' ? { format: undefined } : { format: normal.format }),
        ...(normal.type === 'text/plain' ? { type: undefined } : { type: normal.type }),
      };
    } catch (error) {
      if (!(error instanceof ValueError)) throw error;
      const said = node.secret ? 'a value that fits' : `a value that fits: ${error.message}`;
      this.#refuse(
        'wrong-value',
        described === undefined ? said : `${said} (${this.#model})`,
        value,
        'value',
      );
      return node;
    }
  }
}

function accessOf({ access }: Description): string {
  return access.size === 0 ? 'no access at all' : [...access].join(', ');
}

/** That no node has more instances below it than there may be. */
function checkOccurrence(
  { profile, nodes, field }: PlacedFragment['fragment'],
  root: Uri,
  described: Description,
  model: string,
  reasons: Reason[],
): void {
  const counts = new Map<string, { most: number; names: Set<string> }>();
  for (const { path, policy, format } of nodes) {
    if (policy === 'absent' || policy === 'keep') continue;
    const segments = path.split('/');
    let at: Description | undefined = described;
    for (const [depth, name] of segments.entries()) {
      const interior = depth < segments.length - 1 || format === 'node';
      at = at?.child(name, interior ? 'node' : 'leaf', '');
      if (at === undefined) break;
      if (at.name !== undefined || at.format === undefined || at.most === Number.POSITIVE_INFINITY) continue;
      const above = segments.slice(0, depth).join('/');
      const counted = counts.get(above) ?? { most: at.most, names: new Set() };
      counted.names.add(name);
      counts.set(above, counted);
    }
  }
  for (const [above, { most, names }] of counts) {
    if (names.size <= most) continue;
    reasons.push({
      code: 'occurrence',
      profile,
      field,
      node: above === '' ? root.toString() : `${root.toString()}/${above}`,
      found: String(names.size),
      expected: `${most} instances at the most (${model})`,
    });
  }
}
