/** Where the instance of a fragment is on a device. */
import { checkName, serviceOf, TreeError, Uri } from '@grove/protocol';
import { type DeviceModel, homeOnModel, standardHome } from '../../models/index.ts';

/** What was expected, where no place follows. */
export interface NoPlace {
  readonly found?: string;
  readonly expected: string;
}

/** Reads the URI of an instance, with its variables put in. */
export function readPlace(text: string): Uri | NoPlace {
  try {
    const uri = Uri.parse(text);
    if (uri.property === undefined && uri.list === undefined && uri.segments.length > 0) return uri;
    return { found: text, expected: 'the URI of a node below the root' };
  } catch (error) {
    if (!(error instanceof TreeError)) throw error;
    return { found: text, expected: `the URI of a node (${error.message})` };
  }
}

/**
 * The place of an object's instance: where the model's description has the object; else where the device had one of that
 * name, or others of the same object, when its tree was last looked at; else where the standard object is on Grove's own
 * devices.
 *
 * @param places of instances in the last known tree, by identifier
 */
export function findPlace(
  object: string,
  instance: string,
  model: DeviceModel,
  places: ReadonlyMap<string, readonly string[]>,
): Uri | NoPlace {
  const fault = checkName(instance);
  if (fault !== undefined) return { found: instance, expected: `the name of an instance (${fault})` };
  const home = homeOnModel(model, object);
  if (home !== undefined) return Uri.parse(`${home.above}/${home.name ?? instance}`);
  const known = [...places].flatMap(([urn, uris]) => (serviceOf(urn) === serviceOf(object) ? uris : []));
  const same = known.find((uri) => uri.endsWith(`/${instance}`));
  if (same !== undefined) return Uri.parse(same);
  const standard = standardHome(object);
  const [other] = known;
  if (other !== undefined) {
    const uri = Uri.parse(other);
    return standard?.name === undefined ? (uri.parent ?? Uri.ROOT).child(instance) : uri;
  }
  if (model.ddf === undefined && standard !== undefined)
    return Uri.parse(`${standard.above}/${standard.name ?? instance}`);
  const why =
    model.ddf === undefined
      ? 'Grove does not know the object, and the device has shown no instance of it'
      : `the description of ${model.name} does not have it`;
  return { found: object, expected: `an object whose place is known, or a root: ${why}` };
}
