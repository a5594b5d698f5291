/** What an expression looks at, so that news of a device lead to the rules that they may concern. */
import { conditionsOf, type Expression, type PathSubject } from '../expressions/index.ts';

/** Names of a path below the root; null for any one name. */
export type Path = readonly (string | null)[];

/** What an expression looks at. */
export interface Touched {
  readonly paths: readonly Path[];
  /** Whether it asks what devices say of themselves: manufacturer, model, software, language. */
  readonly info: boolean;
}

const INFO: ReadonlySet<string> = new Set([
  'manufacturer',
  'man',
  'model',
  'mod',
  'fw',
  'software',
  'swv',
  'language',
  'lang',
  'dmversion',
  'dmv',
]);

export function touchedBy(expression: Expression): Touched {
  const paths = new Map<string, Path>();
  let info = false;
  const note = ({ segments }: PathSubject) =>
    paths.set(segments.map((each) => each ?? '*').join('/'), segments);
  for (const { subject } of conditionsOf(expression)) {
    if (subject.kind === 'path') note(subject);
    else {
      if (subject.argument?.kind === 'path') note(subject.argument);
      if (INFO.has(subject.names.join('.').toLowerCase())) info = true;
    }
  }
  return { paths: [...paths.values()], info };
}

/** News of a device. */
export interface News {
  /** URIs of nodes that were reported. */
  readonly nodes: readonly string[];
  /** URIs of nodes that are gone, with all below them. */
  readonly gone: readonly string[];
  /** Whether it said something else of itself than before. */
  readonly info: boolean;
}

/** Whether news may change what an expression says of the device. */
export function concerns({ nodes, gone, info }: News, touched: Touched): boolean {
  if (info && touched.info) return true;
  return touched.paths.some(
    (path) =>
      nodes.some((uri) => meets(path, segmentsOf(uri), false)) ||
      gone.some((uri) => meets(path, segmentsOf(uri), true)),
  );
}

export function segmentsOf(uri: string): string[] {
  return uri.startsWith('./') ? uri.slice(2).split('/') : [];
}

/**
 * Whether a node lies at a path or below it.
 *
 * @param orAbove or above it
 */
function meets(path: Path, segments: readonly string[], orAbove: boolean): boolean {
  if (!orAbove && segments.length < path.length) return false;
  const common = Math.min(path.length, segments.length);
  for (let at = 0; at < common; at++) if (path[at] !== null && path[at] !== segments[at]) return false;
  return true;
}

/** Whether a node lies exactly at a path. */
export function isAt(path: Path, uri: string): boolean {
  const segments = segmentsOf(uri);
  return segments.length === path.length && meets(path, segments, false);
}

/** The node that all nodes at a path lie at or below. */
export function rootOf(path: Path): string {
  const any = path.indexOf(null);
  return ['.', ...(any < 0 ? path : path.slice(0, any))].join('/');
}
