import { type DdfNode, type Description, describe, homeOf, objectOf, serviceOf } from '@grove/protocol';
import type { DeviceModel } from './model.ts';

const instances = new WeakMap<DdfNode, readonly DdfNode[]>();

/** The description of one instance of a standard object, wherever it stands; undefined = Grove does not know it. */
function standardInstance(urn: string): Description | undefined {
  const object = objectOf(urn);
  if (object === undefined) return undefined;
  let alone = instances.get(object.ddf);
  if (alone === undefined) {
    alone = [{ ...object.ddf, path: undefined }];
    instances.set(object.ddf, alone);
  }
  const root = describe(alone);
  const { name } = object.ddf;
  return name === undefined ? root.unnamed[0] : root.named.get(name);
}

/**
 * What is described of the root of an object's instance on a model.
 *
 * @param segments of its URI
 * @returns undefined where nothing is known; `unknown` where the model's description says that there is no such node
 */
export function describeInstance(
  model: DeviceModel,
  segments: readonly string[],
  object: string | undefined,
): Description | 'unknown' | undefined {
  if (model.ddf === undefined) return object === undefined ? undefined : standardInstance(object);
  let at: Description | undefined = describe(model.ddf);
  for (const [depth, name] of segments.entries()) {
    at = at?.child(name, 'node', depth === segments.length - 1 ? (object ?? '') : '');
  }
  return at ?? 'unknown';
}

/** Where an object stands, and by which name; undefined = one of its own. */
export interface ObjectHome {
  readonly above: string;
  readonly name: string | undefined;
}

const identifiers = new WeakMap<readonly DdfNode[], ReadonlyMap<string, string>>();

/** Where a model's description has an object; undefined = nowhere, or no description is known. */
export function homeOnModel({ ddf }: DeviceModel, urn: string): ObjectHome | undefined {
  if (ddf === undefined) return undefined;
  let known = identifiers.get(ddf);
  if (known === undefined) {
    const all: string[] = [];
    collect(ddf, all);
    known = new Map(all.map((each) => [serviceOf(each), each]));
    identifiers.set(ddf, known);
  }
  const own = known.get(serviceOf(urn));
  const home = own === undefined ? undefined : homeOf(describe(ddf), own);
  return home === undefined ? undefined : { above: ['.', ...home.above].join('/'), name: home.name };
}

function collect(nodes: readonly DdfNode[], into: string[]): void {
  for (const { format, types, children } of nodes) {
    if (format === 'node') into.push(...types.filter((type) => type !== ''));
    collect(children ?? [], into);
  }
}

/** Where Grove's own devices have a standard object, which others may have elsewhere. */
export function standardHome(urn: string): ObjectHome | undefined {
  const object = objectOf(urn);
  return object === undefined ? undefined : { above: object.ddf.path ?? '.', name: object.ddf.name };
}
