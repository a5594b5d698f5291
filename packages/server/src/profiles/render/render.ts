import { Uri } from '@grove/protocol';
import { describeInstance } from '../../models/index.ts';
import type { Step } from '../../steps/index.ts';
import {
  type Effective,
  type EffectiveFragment,
  effectiveOf,
  PROFILE_LIMITS,
  type ProfileDocument,
  serviceOf,
} from '../document/index.ts';
import { conflictsOf } from './conflicts.ts';
import type { Facts, Given } from './facts.ts';
import { type PlacedFragment, partOf, type RenderedFragment, type RenderedNode } from './fragment.ts';
import { findPlace, type NoPlace, readPlace } from './place.ts';
import { type Reason, shown } from './reason.ts';
import { type MappedNode, mapSettings } from './settings.ts';
import { stepsOf } from './steps.ts';
import { checkFragment } from './validate.ts';
import { type Expanded, Values } from './values.ts';

/** A version of a profile. */
export interface ProfileVersion {
  readonly name: string;
  readonly version: number;
  readonly document: ProfileDocument;
}

/** A profile with all that it requires: each after those that it requires, itself last. */
export type Closure = readonly ProfileVersion[];

/** A profile as it is rendered: which version, and which variant of it counts for the device. */
export interface RenderedProfile {
  readonly name: string;
  readonly version: number;
  /** Index of the variant, and its name or what it says of the device; null = none holds. */
  readonly variant: { readonly index: number; readonly name: string } | null;
}

/** What a device is to get. */
export interface Rendered {
  readonly refused: false;
  readonly profiles: readonly RenderedProfile[];
  readonly fragments: readonly RenderedFragment[];
  readonly steps: readonly Step[];
}

/** Why a device gets nothing. */
export interface Refused {
  readonly refused: true;
  readonly profiles: readonly RenderedProfile[];
  /** One at least, and {@link MOST_REASONS} at the most. */
  readonly reasons: readonly Reason[];
}

export type Rendering = Rendered | Refused;

/** Reasons that one rendering lists at the most. */
export const MOST_REASONS = 50;

/**
 * Says what a device is to get of a profile and those that it requires. Pure: the same closure, facts and values give the
 * same steps.
 *
 * @param given values that the work gives to variables, by their names
 */
export function render(closure: Closure, facts: Facts, given: Given = {}): Rendering {
  const reasons: Reason[] = [];
  const uris = new Map<string, string>();
  const parts = closure.map((profile) => {
    const part = new ProfileRendering(profile, facts, given, uris, reasons);
    part.render();
    return part;
  });
  const profiles = parts.map(({ about }) => about);
  const fragments = parts.flatMap((part) => part.fragments);
  if (reasons.length === 0) reasons.push(...tooLarge(fragments), ...ownConflicts(fragments));
  const steps = reasons.length === 0 ? parts.flatMap((part) => part.steps(facts)) : [];
  if (reasons.length > 0) return { refused: true, profiles, reasons: reasons.slice(0, MOST_REASONS) };
  return { refused: false, profiles, fragments, steps };
}

/** The variant that counts: the first one that holds. */
function variantOf({ variants = [] }: ProfileDocument, holds: ReadonlySet<string>): number | undefined {
  const index = variants.findIndex(({ when }) => holds.has(when));
  return index < 0 ? undefined : index;
}

interface Draft {
  readonly name: string;
  readonly field: string;
  readonly fragment: EffectiveFragment | undefined;
  readonly object: string | undefined;
  /** Of the mapping, with `${instance}` in it. */
  readonly mappedRoot: string | undefined;
  readonly nodes: readonly MappedNode[];
}

class ProfileRendering {
  readonly about: RenderedProfile;
  readonly #profile: ProfileVersion;
  readonly #effective: Effective;
  readonly #facts: Facts;
  readonly #reasons: Reason[];
  readonly #values: Values;
  /** Where fragments are, of this profile and those before it, by how they are referred to. */
  readonly #uris: Map<string, string>;
  readonly #drafts = new Map<string, Draft>();
  readonly #places = new Map<string, Uri | undefined>();
  fragments: readonly RenderedFragment[] = [];

  constructor(
    profile: ProfileVersion,
    facts: Facts,
    given: Given,
    uris: Map<string, string>,
    reasons: Reason[],
  ) {
    const { name, version, document } = profile;
    const index = variantOf(document, facts.holds);
    this.#profile = profile;
    this.#effective = effectiveOf(document, index);
    const { variant } = this.#effective;
    this.about = {
      name,
      version,
      variant:
        index === undefined || variant === undefined ? null : { index, name: variant.name ?? variant.when },
    };
    this.#facts = facts;
    this.#uris = uris;
    this.#reasons = reasons;
    this.#values = new Values({
      profile: name,
      effective: this.#effective,
      facts,
      given,
      uris: (reference) => this.#uriOf(reference),
      reasons,
    });
  }

  render(): void {
    const { variant } = this.#effective;
    const { name } = this.#profile;
    if (variant?.unsupported !== undefined) {
      const field = `variants/${this.about.variant?.index}`;
      const expected = `a device that is supported: ${variant.unsupported}`;
      this.#reasons.push({
        code: 'unsupported',
        profile: name,
        field,
        found: this.#facts.model.name,
        expected,
      });
      return;
    }
    if (variant?.skip === true) return;
    for (const draft of this.#draft()) this.#drafts.set(draft.name, draft);
    const fragments = [...this.#drafts.values()].flatMap((draft) => this.#fragment(draft) ?? []);
    this.fragments = fragments;
    for (const { name: fragment, root } of fragments) this.#uris.set(`profile.${name}.${fragment}.uri`, root);
    const [first] = fragments;
    if (first !== undefined) this.#uris.set(`profile.${name}.uri`, first.root);
  }

  steps({ values }: Facts): Step[] {
    const { options } = this.#effective;
    const language = values.get('device.language');
    const { confirm } = options;
    const said =
      confirm === undefined
        ? undefined
        : inLanguage(confirm, language === undefined ? undefined : String(language));
    const text = said === undefined ? undefined : this.#values.expand(said, 'options/confirm/text')?.text;
    return stepsOf(this.fragments, options, text);
  }

  /** Settings at the top make a fragment for each service, in the order of the mapping; then come the fragments. */
  #draft(): Draft[] {
    const { settings, fragments } = this.#effective;
    const { model } = this.#facts;
    const byService = new Map<string, Map<string, NonNullable<ReturnType<typeof settings.get>>>>();
    for (const [setting, written] of settings) {
      const service = serviceOf(setting);
      const known = byService.get(service) ?? new Map();
      byService.set(service, known.set(setting, written));
    }
    const order = [...model.mapping.keys()];
    const services = [...byService].sort(([a], [b]) => order.indexOf(a) - order.indexOf(b));
    const ofServices = services.flatMap(([service, of]): Draft[] => {
      const mapped = mapSettings(this.#profile.name, service, of, model, this.#reasons);
      if (mapped === undefined) return [];
      const { object, root, nodes } = mapped;
      return [{ name: service, field: 'settings', fragment: undefined, object, mappedRoot: root, nodes }];
    });
    return [...ofServices, ...fragments.flatMap((fragment) => this.#draftOf(fragment) ?? [])];
  }

  #draftOf(fragment: EffectiveFragment): Draft | undefined {
    const { name, field, settings } = fragment;
    const own: MappedNode[] = [...fragment.nodes.values()];
    const [setting] = settings.keys();
    if (setting === undefined)
      return { name, field, fragment, object: fragment.object, mappedRoot: undefined, nodes: own };
    const mapped = mapSettings(
      this.#profile.name,
      serviceOf(setting),
      settings,
      this.#facts.model,
      this.#reasons,
    );
    if (mapped === undefined) return undefined;
    const paths = new Set(own.map(({ what }) => what.path));
    const nodes = [...mapped.nodes.filter(({ what }) => !paths.has(what.path)), ...own];
    return {
      name,
      field,
      fragment,
      object: fragment.object ?? mapped.object,
      mappedRoot: mapped.root,
      nodes,
    };
  }

  #uriOf(reference: string): Expanded | undefined {
    const [, own] = /^fragment\.(.+)\.uri$/.exec(reference) ?? [];
    const uri = own === undefined ? this.#uris.get(reference) : this.#place(own)?.toString();
    return uri === undefined ? undefined : { text: uri, secret: false };
  }

  /** Where a fragment is; undefined where that is not known, of which the reasons then tell. */
  #place(name: string): Uri | undefined {
    if (this.#places.has(name)) return this.#places.get(name);
    // Whoever comes here again on the way to the place goes in a circle, which is refused when a profile is checked.
    this.#places.set(name, undefined);
    const draft = this.#drafts.get(name);
    const found = draft === undefined ? undefined : this.#findPlace(draft);
    if (found === undefined || found instanceof Uri) {
      this.#places.set(name, found);
      return found;
    }
    const { field } = draft ?? { field: 'fragments' };
    this.#reasons.push({ code: 'no-place', profile: this.#profile.name, field, ...found });
    return undefined;
  }

  #findPlace({ fragment, field, object, mappedRoot }: Draft): Uri | NoPlace | undefined {
    if (fragment?.root !== undefined) {
      const root = this.#values.expand(fragment.root, `${field}/root`);
      return root === undefined ? undefined : readPlace(root.text);
    }
    const named = fragment?.instance ?? this.#effective.instance;
    const at = fragment?.instance === undefined ? 'instance' : `${field}/instance`;
    const instance =
      named === undefined ? nameFrom(this.#profile.name) : this.#values.expand(named, at)?.text;
    if (instance === undefined) return undefined;
    if (mappedRoot !== undefined) return readPlace(mappedRoot.replaceAll('${instance}', instance));
    const urn = object === undefined ? undefined : this.#values.expand(object, `${field}/object`)?.text;
    if (urn === undefined) {
      return object === undefined
        ? { expected: 'an object or a root, which the mapping of the service does not say' }
        : undefined;
    }
    return findPlace(urn, instance, this.#facts.model, this.#facts.places);
  }

  #fragment(draft: Draft): RenderedFragment | undefined {
    const { name, field, object: urn } = draft;
    const uri = this.#place(name);
    if (uri === undefined) return undefined;
    const object = urn === undefined ? undefined : this.#values.expand(urn, `${field}/object`)?.text;
    const nodes = draft.nodes.flatMap((node) => this.#node(node, uri) ?? []);
    const { model } = this.#facts;
    const described = describeInstance(model, uri.segments, object);
    const profile = this.#profile.name;
    if (described === 'unknown') {
      const expected = `a node that ${model.name} has, by its description`;
      this.#reasons.push({ code: 'unknown-node', profile, field, node: uri.toString(), expected });
      return undefined;
    }
    const rendered: RenderedFragment = {
      profile,
      name,
      root: uri.toString(),
      object,
      state: this.#state(draft),
      nodes,
      field,
    };
    const placed: PlacedFragment = { fragment: rendered, uri, described };
    return { ...rendered, nodes: checkFragment(placed, model.name, this.#reasons) };
  }

  #state({ fragment, field }: Draft): RenderedFragment['state'] {
    const state = fragment?.state;
    if (state?.reference === undefined) return state;
    const reference = this.#values.expand(state.reference, `${field}/state/reference`)?.text;
    return { ...state, ...(reference === undefined ? {} : { reference }) };
  }

  #node(node: MappedNode, root: Uri): RenderedNode | undefined {
    const { field, what } = node;
    const { policy = 'enforce', format, type, secret = false } = what;
    const expandedPath = this.#values.expand(what.path, partOf(field, 'path'))?.text;
    if (expandedPath === undefined) return undefined;
    const at = readPlace(`${root.toString()}/${expandedPath}`);
    const { name: profile } = this.#profile;
    if (!(at instanceof Uri)) {
      this.#reasons.push({ code: 'wrong-value', profile, field: partOf(field, 'path'), ...at });
      return undefined;
    }
    const path = at.segments.slice(root.segments.length).join('/');
    const { optional } = node;
    if (what.value === undefined) return { path, policy, format, type, secret, optional, field };
    const expanded = this.#values.expand(what.value, partOf(field, 'value'));
    if (expanded === undefined) return undefined;
    const isSecret = secret || expanded.secret;
    if (expanded.assumed === true)
      return {
        path,
        policy,
        value: expanded.text,
        format,
        type,
        secret: isSecret,
        assumed: true,
        optional,
        field,
      };
    const converted = convert(expanded.text, node);
    if (typeof converted === 'string')
      return { path, policy, value: converted, format, type, secret: isSecret, optional, field };
    const found = isSecret ? {} : { found: shown(expanded.text) };
    const expected = `${converted.expected} (${this.#facts.model.name})`;
    this.#reasons.push({ code: 'wrong-value', profile, field, node: at.toString(), ...found, expected });
    return undefined;
  }
}

/** A neutral value as a model has it; what was expected where it has no such value. */
function convert(value: string, { values, divide }: MappedNode): string | { readonly expected: string } {
  if (divide !== undefined) {
    if (!/^\d{1,15}$/.test(value)) return { expected: 'a whole number' };
    return String(Math.floor(Number(value) / divide));
  }
  if (values === undefined) return value;
  const own = Object.hasOwn(values, value) ? values[value] : undefined;
  return own ?? { expected: `one of ${Object.keys(values).join(', ')}` };
}

/** The name of a profile as that of a node. */
function nameFrom(profile: string): string {
  return profile.replace(/[?/\s]+/g, '_');
}

function inLanguage(
  { text, texts = {} }: NonNullable<Effective['options']['confirm']>,
  language: string | undefined,
): string {
  const tags = language === undefined ? [] : [language.toLowerCase(), language.toLowerCase().split('-')[0]];
  for (const tag of tags) {
    const found = Object.entries(texts).find(([each]) => each.toLowerCase() === tag);
    if (found !== undefined) return found[1];
  }
  return text;
}

/** Nodes, and characters of their values, that one device may be given. */
const MOST = { nodes: 5_000, characters: 1_000_000 };

function tooLarge(fragments: readonly RenderedFragment[]): Reason[] {
  const reasons: Reason[] = [];
  const refuse = ({ profile, field, root }: RenderedFragment, found: number, expected: string): void => {
    reasons.push({ code: 'too-large', profile, field, node: root, found: String(found), expected });
  };
  let nodes = 0;
  let characters = 0;
  for (const fragment of fragments) {
    const { length } = fragment.nodes;
    nodes += length;
    for (const { value = '' } of fragment.nodes) characters += value.length;
    const most = PROFILE_LIMITS.fragmentNodes;
    if (length > most) refuse(fragment, length, `${most} nodes of an instance at the most`);
    else if (nodes > MOST.nodes) refuse(fragment, nodes, `${MOST.nodes} nodes in all at the most`);
    else if (characters > MOST.characters)
      refuse(fragment, characters, `values of ${MOST.characters} characters in all at the most`);
    else continue;
    break;
  }
  return reasons;
}

/** What the profiles of one closure disagree on. */
function ownConflicts(fragments: readonly RenderedFragment[]): Reason[] {
  return conflictsOf([{ fragments }]).map(({ node, between: [one, other] }) => ({
    code: 'conflict',
    profile: other.profile,
    field: other.field,
    node,
    found: other.wants,
    expected: `what profile ${one.profile} wants at ${one.field}: ${one.wants}`,
  }));
}
