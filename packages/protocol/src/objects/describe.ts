/** How the descriptions of the standard objects are put together. */
import type { AccessCommand, DdfNode, Format, Occurrence } from '../tree/index.ts';

/** Of a value that only the device sets. */
export const READ: readonly AccessCommand[] = ['Get'];
/** Of what servers set up and take away again. */
export const MANAGE: readonly AccessCommand[] = ['Add', 'Delete', 'Get', 'Replace'];
/** Of a secret: no server may read it back. */
export const WRITE: readonly AccessCommand[] = ['Add', 'Delete', 'Replace'];

type Details = Omit<DdfNode, 'name' | 'access' | 'format' | 'types' | 'children' | 'occurrence'>;

/** A leaf; its values are text/plain, those of bin application/octet-stream. */
export function leaf(
  name: string | undefined,
  access: readonly AccessCommand[],
  occurrence: Occurrence,
  description: string,
  format: Format = 'chr',
  details: Details = {},
): DdfNode {
  const types = [format === 'bin' ? 'application/octet-stream' : 'text/plain'];
  return { name, access, format, types, occurrence, description, ...details };
}

/**
 * An interior node.
 *
 * @param name undefined = named at run time.
 * @param children undefined = open: anything may be put below.
 */
export function interior(
  name: string | undefined,
  access: readonly AccessCommand[],
  occurrence: Occurrence,
  description: string,
  children?: readonly DdfNode[],
  details: Details & { readonly types?: readonly string[] } = {},
): DdfNode {
  const types = details.types ?? [];
  return { ...details, name, access, format: 'node', types, occurrence, description, children };
}
