/** Neutral settings as nodes of a model. */

import type { DeviceModel, MappedService } from '../../models/index.ts';
import {
  type EffectiveFragment,
  escapeTemplate,
  type ProfileNode,
  type Setting,
  type Written,
} from '../document/index.ts';
import type { Reason } from './reason.ts';

/** Settings as nodes, and where the service has its instance. */
export interface MappedFragment {
  readonly object: string | undefined;
  /** With `${instance}` in it. */
  readonly root: string | undefined;
  readonly nodes: readonly MappedNode[];
}

export interface MappedNode extends Written<ProfileNode> {
  /** What the model calls each value. */
  readonly values?: Readonly<Record<string, string>> | undefined;
  /** What a number is divided by. */
  readonly divide?: number | undefined;
  /** Whether a model goes without it that does not have it, or does not let it be set. */
  readonly optional?: boolean | undefined;
}

/**
 * Maps the settings of one service.
 *
 * @returns undefined where the model does not have the service, of which the reasons then tell
 */
export function mapSettings(
  profile: string,
  service: string,
  settings: EffectiveFragment['settings'],
  model: DeviceModel,
  reasons: Reason[],
): MappedFragment | undefined {
  const mapped = model.mapping.get(service);
  const [first] = settings.values();
  if (!mapped) {
    if ([...settings.values()].every(({ what }) => what.optional === true)) return undefined;
    const expected =
      mapped === false
        ? `a service that ${model.name} has`
        : `a service whose settings are mapped; map ${service} for ${model.name}, or for all models`;
    reasons.push({
      code: 'no-setting',
      profile,
      field: first?.field ?? 'settings',
      found: service,
      expected,
    });
    return undefined;
  }
  const nodes: MappedNode[] = [...settings].flatMap(([name, written]) => {
    const node = mapOne(name.slice(service.length + 1), written, mapped);
    if (typeof node !== 'string') return [node];
    if (written.what.optional === true) return [];
    const { field } = written;
    reasons.push({ code: 'no-setting', profile, field, found: name, expected: `${node} (${model.name})` });
    return [];
  });
  const paths = new Set(nodes.map(({ what }) => what.path));
  const fixed = mapped.fixed
    .filter(({ path }) => !paths.has(path))
    .map(
      (node): MappedNode => ({
        field: first?.field ?? 'settings',
        optional: true,
        what: { ...node, value: escapeTemplate(node.value) },
      }),
    );
  return { object: mapped.object, root: mapped.root, nodes: [...fixed, ...nodes] };
}

function mapOne(
  name: string,
  { field, what }: Written<Setting>,
  { settings }: MappedService,
): MappedNode | string {
  const mapped = settings.get(name);
  if (mapped === false) return 'a setting that the model has';
  if (mapped === undefined) return `a setting that is mapped, which are ${[...settings.keys()].join(', ')}`;
  const { values, divide, ...node } = mapped;
  const { value, policy, secret } = what;
  return {
    field,
    what: {
      ...node,
      ...(value === undefined ? {} : { value }),
      ...(policy === undefined ? {} : { policy }),
      ...(secret === undefined ? {} : { secret }),
    },
    values,
    divide,
    optional: what.optional,
  };
}
