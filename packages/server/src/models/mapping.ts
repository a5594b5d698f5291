/** Where models have neutral settings such as `mms.proxy`: which node of which object each is. */
import type { ModelMapping, ServiceMapping, SettingMapping } from './schema.ts';

export type MappedSetting = Exclude<SettingMapping, string | false>;

/** Where a model has one service. */
export interface MappedService {
  readonly object: string | undefined;
  /** Where its instance is, with `${instance}` in it; undefined = follows from the object. */
  readonly root: string | undefined;
  readonly fixed: NonNullable<ServiceMapping['fixed']>;
  /** By name without that of the service; `false` = the model does not have it. */
  readonly settings: ReadonlyMap<string, MappedSetting | false>;
}

/** By service; `false` = the model does not have it. */
export type Mapping = ReadonlyMap<string, MappedService | false>;

const NOTHING: MappedService = { object: undefined, root: undefined, fixed: [], settings: new Map() };

/** A mapping laid over another one: what it says of a service counts before what the other says of it. */
export function layMapping(below: Mapping, above: ModelMapping): Mapping {
  const mapping = new Map(below);
  for (const [service, said] of Object.entries(above)) {
    const known = mapping.get(service) || NOTHING;
    mapping.set(service, said === false ? false : layService(known, said));
  }
  return mapping;
}

function layService(
  below: MappedService,
  { object, root, fixed, settings = {} }: ServiceMapping,
): MappedService {
  return {
    // A place of its own, of which no object is said, is none of the standard object.
    object: object ?? (root === undefined ? below.object : undefined),
    // A place that was said of another object is none of this one.
    root: root ?? (object === undefined ? below.root : undefined),
    fixed: fixed ?? below.fixed,
    settings: new Map([
      ...below.settings,
      ...Object.entries(settings).map(([name, said]): [string, MappedSetting | false] => [
        name,
        typeof said === 'string' ? { path: said } : said,
      ]),
    ]),
  };
}
