import type { Problem } from '@grove/api';
import { TreeError, Uri } from '@grove/protocol';
import { checkValue, readUri } from '../../steps/index.ts';
import {
  type Effective,
  type EffectiveFragment,
  effectiveOf,
  type Setting,
  type Written,
} from './effective.ts';
import { cycleIn, readReference, serviceOf, servicesOf } from './references.ts';
import {
  type Fragment,
  type NamedFragment,
  PROFILE_LIMITS,
  type ProfileDocument,
  type ProfileInput,
  type ProfileNode,
  type Scalar,
} from './schema.ts';
import { parseTemplate, referencesIn, TemplateError } from './template.ts';

/**
 * Checks all of a profile that can be checked without knowing a device.
 *
 * @param problems where to say what is wrong: fields such as `fragments/0/nodes/2/path`
 * @returns it in the form in which it is kept: fragments with names, paths in canonical form, values as text
 */
export function checkDocument(input: ProfileInput, problems: Problem[]): ProfileDocument {
  const document = documentOf(input, problems);
  new Check(document, problems).all();
  return document;
}

/** Whether a profile is written without `fragments`. */
export function isFlat(input: ProfileInput): boolean {
  return input.fragments === undefined && isPlaced(input);
}

const isPlaced = ({ root, object, state, nodes }: ProfileInput): boolean =>
  root !== undefined || object !== undefined || state !== undefined || nodes !== undefined;

function documentOf(input: ProfileInput, problems: Problem[]): ProfileDocument {
  const { root, object, instance, state, nodes, fragments, ...rest } = input;
  if (fragments !== undefined && isPlaced(input)) {
    problems.push({ field: 'fragments', expected: 'none beside root, object, state and nodes at the top' });
  }
  const given: readonly Fragment[] = isFlat(input) ? [{ root, object, state, nodes }] : (fragments ?? []);
  return dropped({
    ...rest,
    instance,
    fragments: given.map((fragment, index): NamedFragment => {
      const { name = `f${index + 1}`, nodes = [], ...more } = fragment;
      return canonicalRoot(dropped({ name, ...more, nodes: nodes.map(canonicalNode) }));
    }),
    variants: rest.variants?.map((variant) =>
      dropped({
        ...variant,
        fragments: variant.fragments?.map((fragment) =>
          canonicalRoot(dropped({ ...fragment, nodes: fragment.nodes?.map(canonicalNode) })),
        ),
      }),
    ),
  });
}

/** The same without what is undefined, so that equal documents are equal as JSON. */
function dropped<T extends object>(given: T): T {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as T;
}

function canonicalNode(node: ProfileNode): ProfileNode {
  const { value, path } = node;
  const segments = segmentsOf(path);
  return dropped({
    ...node,
    path: segments === undefined ? path : segments.join('/'),
    value: value === undefined ? undefined : String(value),
  });
}

function canonicalRoot<F extends { root?: string }>(fragment: F): F {
  const segments = fragment.root === undefined ? undefined : segmentsOf(fragment.root);
  return segments === undefined ? fragment : { ...fragment, root: `./${segments.join('/')}` };
}

/** The names in a path; undefined where it has variables, or is none, of which the check tells. */
function segmentsOf(path: string): readonly string[] | undefined {
  if (path.includes('${')) return undefined;
  try {
    const uri = Uri.parse(path);
    return uri.property === undefined && uri.list === undefined && uri.segments.length > 0
      ? uri.segments
      : undefined;
  } catch (error) {
    if (error instanceof TreeError) return undefined;
    throw error;
  }
}

/** A profile as it is stored. What was stored before profiles had fragments is one fragment. */
export function readDocument(json: string): ProfileDocument {
  const stored: ProfileInput = JSON.parse(json);
  return documentOf(stored, []);
}

const EXAMPLE = '${device.model}';
/** Stands for what variables will be, where a text is tried as a URI. */
const SAMPLE = 'x';

class Check {
  readonly #document: ProfileDocument;
  readonly #problems: Problem[];
  readonly #said = new Set<string>();

  constructor(document: ProfileDocument, problems: Problem[]) {
    this.#document = document;
    this.#problems = problems;
  }

  all(): void {
    const { fragments, settings = {}, variants = [], requires = [] } = this.#document;
    this.#checkSize();
    this.#once(
      fragments.map(({ name }) => name),
      'fragments',
      'name',
    );
    this.#once(requires, 'requires');
    for (const [index, variant] of variants.entries()) {
      this.#once(
        (variant.fragments ?? []).map(({ name }) => name),
        `variants/${index}/fragments`,
        'name',
      );
    }
    if (fragments.length === 0 && Object.keys(settings).length === 0 && variants.length === 0) {
      this.#refuse('fragments', 'a fragment or a setting at least');
    }
    this.#effective(effectiveOf(this.#document, undefined));
    for (const index of variants.keys()) this.#effective(effectiveOf(this.#document, index));
  }

  /** Says what is wrong, once, although each variant is checked with all that it is laid over. */
  #refuse(field: string, expected: string, value?: unknown): void {
    const key = `${field}\n${expected}`;
    if (this.#said.has(key)) return;
    this.#said.add(key);
    this.#problems.push(value === undefined ? { field, expected } : { field, value, expected });
  }

  #once(names: readonly string[], field: string, name?: string): void {
    for (const [index, one] of names.entries()) {
      if (names.indexOf(one) === index) continue;
      this.#refuse(`${field}/${index}${name === undefined ? '' : `/${name}`}`, 'each name once', one);
    }
  }

  #checkSize(): void {
    const { fragments, settings = {}, variables = {}, variants = [] } = this.#document;
    const parts = [{ fragments, settings, variables }, ...variants];
    const sum = (count: (part: (typeof parts)[number]) => number): number =>
      parts.reduce((total, part) => total + count(part), 0);
    const nodes = sum(
      (part) =>
        Object.keys(part.settings ?? {}).length +
        (part.fragments ?? []).reduce(
          (total, each) => total + (each.nodes?.length ?? 0) + Object.keys(each.settings ?? {}).length,
          0,
        ),
    );
    if (nodes > PROFILE_LIMITS.nodes)
      this.#refuse(
        '',
        `${PROFILE_LIMITS.nodes} nodes and settings at the most, variants included, not ${nodes}`,
      );
    const named = sum((part) => Object.keys(part.variables ?? {}).length);
    if (named > PROFILE_LIMITS.variables)
      this.#refuse(
        'variables',
        `${PROFILE_LIMITS.variables} variables at the most, variants included, not ${named}`,
      );
  }

  #effective(effective: Effective): void {
    const { variables, settings, fragments, options, variant } = effective;
    if (variant?.unsupported !== undefined || variant?.skip === true) return;
    const cycle = cycleIn(effective);
    if (cycle !== undefined) this.#refuse(cycle.field, `no circle of variables: ${cycle.path.join(' → ')}`);
    for (const [name, { field, what }] of variables) {
      if (/^(device|subscriber|group|fragment|profile)$/.test(name))
        this.#refuse(field, 'another name: this one is that of a scope', name);
      this.#text(what.value, `${field}/value`, effective);
      this.#text(what.default, `${field}/default`, effective);
      this.#typed(what.type, what.value, `${field}/value`);
      this.#typed(what.type, what.default, `${field}/default`);
    }
    this.#text(effective.instance, 'instance', effective);
    this.#settings(settings, effective, undefined);
    for (const fragment of fragments) this.#fragment(fragment, effective);
    const { confirm } = options;
    if (confirm !== undefined) {
      this.#text(confirm.text, 'options/confirm/text', effective);
      for (const [tag, text] of Object.entries(confirm.texts ?? {}))
        this.#text(text, `options/confirm/texts/${tag}`, effective);
    }
  }

  #typed(type: string | undefined, value: Scalar | undefined, field: string): void {
    if (type === undefined || value === undefined || String(value).includes('${')) return;
    this.#value(String(value), type, undefined, field);
  }

  #value(value: string, format: string | undefined, type: string | undefined, field: string): void {
    const found: Problem[] = [];
    checkValue({ value, format, type }, field.replace(/\/value$/, ''), found);
    for (const { expected } of found) this.#refuse(field, expected);
  }

  #settings(
    settings: ReadonlyMap<string, Written<Setting>>,
    effective: Effective,
    of: string | undefined,
  ): void {
    let service: string | undefined;
    for (const [name, { field, what }] of settings) {
      if (what.value === undefined && what.policy !== 'absent' && what.policy !== 'keep')
        this.#refuse(field, 'a value');
      this.#text(what.value, field, effective);
      if (of === undefined) continue;
      service ??= serviceOf(name);
      if (serviceOf(name) !== service)
        this.#refuse(field, `a setting of ${service}, as the others of ${of}`, name);
    }
  }

  #fragment(fragment: EffectiveFragment, effective: Effective): void {
    const { name, field, root, object, instance, settings, nodes, state } = fragment;
    if (root === undefined && object === undefined && settings.size === 0)
      this.#refuse(field, 'a root, an object or settings, from which the place follows');
    if (nodes.size === 0 && settings.size === 0 && state === undefined)
      this.#refuse(`${field}/nodes`, 'a node, a setting or a state at least');
    if (root !== undefined && this.#text(root, `${field}/root`, effective))
      this.#place(root, `${field}/root`);
    this.#text(object, `${field}/object`, effective);
    const { reference } = state ?? {};
    if (reference !== undefined && this.#text(reference, `${field}/state/reference`, effective))
      this.#place(reference, `${field}/state/reference`);
    this.#text(instance, `${field}/instance`, effective);
    if (servicesOf(effective).includes(name))
      this.#refuse(`${field}/name`, `a name that is no service of the settings at the top`, name);
    this.#settings(settings, effective, `fragment ${name}`);
    this.#nodes(fragment, effective);
  }

  #nodes({ nodes }: EffectiveFragment, effective: Effective): void {
    const leaves = new Set<string>();
    for (const [path, { field, what }] of nodes) {
      if (this.#text(path, `${field}/path`, effective)) this.#place(`./x/${path}`, `${field}/path`, path);
      this.#text(what.value, `${field}/value`, effective);
      this.#node(what, field);
      if (what.format !== 'node' && what.policy !== 'keep' && what.policy !== 'absent') leaves.add(path);
    }
    for (const [path, { field }] of nodes) {
      for (let end = path.indexOf('/'); end >= 0; end = path.indexOf('/', end + 1)) {
        if (!leaves.has(path.slice(0, end))) continue;
        this.#refuse(
          `${field}/path`,
          `no node below ${path.slice(0, end)}, which has a value of its own`,
          path,
        );
      }
    }
    this.#twice();
  }

  /** Of nodes with one path only the last counts, so that this has to be looked for in what was given. */
  #twice(): void {
    const lists = [
      ...this.#document.fragments.map(({ nodes }, index) => ({ nodes, at: `fragments/${index}` })),
      ...(this.#document.variants ?? []).flatMap((variant, v) =>
        (variant.fragments ?? []).map(({ nodes = [] }, index) => ({
          nodes,
          at: `variants/${v}/fragments/${index}`,
        })),
      ),
    ];
    for (const { nodes, at } of lists) {
      const paths = new Set<string>();
      for (const [index, { path }] of nodes.entries()) {
        if (paths.has(path)) this.#refuse(`${at}/nodes/${index}/path`, 'each path once', path);
        paths.add(path);
      }
    }
  }

  #node({ value, format, type, policy = 'enforce' }: ProfileNode, field: string): void {
    const isWritten = policy === 'enforce' || policy === 'default';
    if (!isWritten) {
      if (value !== undefined) this.#refuse(`${field}/value`, `no value for a node that is ${policy}`);
      return;
    }
    if (format === 'node') {
      if (value !== undefined) this.#refuse(`${field}/value`, 'no value for an interior node');
      return;
    }
    if (value === undefined) this.#refuse(`${field}/value`, format === 'null' ? 'an empty text' : 'a value');
    else if (!String(value).includes('${')) this.#value(String(value), format, type, `${field}/value`);
  }

  /** Whether a text can be read and all that it refers to is there. */
  #text(text: Scalar | undefined, field: string, effective: Effective): boolean {
    if (typeof text !== 'string') return text !== undefined;
    try {
      let known = true;
      for (const { name, at } of referencesIn(parseTemplate(text))) {
        const found = readReference(name, effective, servicesOf(effective), this.#document.requires ?? []);
        if (typeof found !== 'string') continue;
        known = false;
        this.#refuse(field, `for \${${name}} at character ${at + 1} ${found}`);
      }
      return known;
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error;
      this.#refuse(field, `variables such as ${EXAMPLE}, and "$\${" for "\${" itself: ${error.message}`);
      return false;
    }
  }

  /** Whether a text with variables can be the URI of a node, whatever the variables are. */
  #place(text: string, field: string, shown = text): void {
    const tried = parseTemplate(text).map((part) =>
      typeof part === 'string' ? part : part.name.endsWith('.uri') ? './x' : SAMPLE,
    );
    const found: Problem[] = [];
    const uri = readUri(tried.join(''), 'node', field, found);
    for (const { expected } of found) this.#refuse(field, expected, shown);
    if (uri?.segments.length === 0) this.#refuse(field, 'a node below the root', shown);
  }
}
