/** Files that say what a server should have: where they are, what they say, and at which line. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  type Document,
  isMap,
  isNode,
  LineCounter,
  type ParsedNode,
  parseAllDocuments,
  type ScalarTag,
} from 'yaml';
import { UsageError, unreadable } from '../../program/index.ts';

/** What one document of a file declares. */
export interface Declared {
  readonly kind: string;
  readonly name: string;
  /** All that it says besides. */
  readonly document: Readonly<Record<string, unknown>>;
  /** `profiles/mms.yaml:12`, where a part of it stands; the nearest part around it where that is not there. */
  readonly placeOf: (path: readonly string[]) => string;
}

const EXTENSIONS = ['.yaml', '.yml', '.json'];

/**
 * Reads what files declare, in their order; of a folder all YAML and JSON files in it and below, by name. A file may
 * hold several documents, and a document may be a list.
 *
 * @param paths `-` is standard input
 * @throws {UsageError} with file and line
 */
export function readDeclarations(paths: readonly string[]): Declared[] {
  return paths.flatMap(filesAt).flatMap(declaredIn);
}

function filesAt(path: string): string[] {
  if (path === '-') return [path];
  try {
    if (!statSync(path).isDirectory()) return [path];
    const entries = readdirSync(path, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
    return entries
      .filter(({ name }) => !name.startsWith('.'))
      .flatMap((entry) => {
        const at = join(path, entry.name);
        if (entry.isDirectory()) return filesAt(at);
        return EXTENSIONS.some((extension) => entry.name.endsWith(extension)) ? [at] : [];
      });
  } catch (error) {
    throw new UsageError(unreadable(path, error), { cause: error });
  }
}

function declaredIn(file: string): Declared[] {
  const lines = new LineCounter();
  const customTags = [includeBeside(file)];
  const documents = parseAllDocuments<ParsedNode>(readText(file), { lineCounter: lines, customTags });
  if ('empty' in documents) return [];
  return documents.flatMap((document) => {
    const [error] = document.errors;
    if (error !== undefined) {
      const [message] = error.message.split('\n');
      const text = message?.replace(/ at line \d+, column \d+:?$/, '') ?? 'is neither YAML nor JSON';
      throw new UsageError(`${placed(file, lines, error.pos[0])}: ${text}`, { cause: error });
    }
    return entriesOf(document).map((at) => declarationAt(file, document, at, lines));
  });
}

/** `!file ddf/birch.xml`: the text of another file, beside the one that names it. */
function includeBeside(file: string): ScalarTag {
  return {
    tag: '!file',
    resolve: (name, onError) => {
      const path = file === '-' ? name : join(dirname(file), name);
      try {
        return readFileSync(path, 'utf8');
      } catch (error) {
        onError(unreadable(path, error));
        return name;
      }
    },
  };
}

function readText(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (error) {
    throw new UsageError(unreadable(file, error), { cause: error });
  }
}

/** Paths of the declarations within a document: it is one, or a list of them, or says nothing. */
function entriesOf(document: Document.Parsed<ParsedNode>): (readonly string[])[] {
  const { contents } = document;
  if (contents === null) return [];
  if ('items' in contents && !isMap(contents)) return contents.items.map((_, index) => [String(index)]);
  return [[]];
}

function declarationAt(
  file: string,
  document: Document.Parsed<ParsedNode>,
  at: readonly string[],
  lines: LineCounter,
): Declared {
  const placeOf = (path: readonly string[]) => placed(file, lines, startOf(document, [...at, ...path]));
  const node = document.getIn(at.map(Number), true);
  let value: unknown;
  try {
    value = isNode(node) ? node.toJS(document, { maxAliasCount: 100 }) : undefined;
  } catch (error) {
    throw new UsageError(`${placeOf([])}: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
  if (!isObject(value)) throw new UsageError(`${placeOf([])}: expected an object with "kind" and "name"`);
  const { kind, name, ...rest } = value;
  for (const [field, given] of Object.entries({ kind, name })) {
    if (typeof given !== 'string' || given === '') {
      throw new UsageError(`${placeOf([field])}: expected "${field}" with a text`);
    }
  }
  return { kind: String(kind), name: String(name), document: rest, placeOf };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Offset of a part of a document, or of the nearest part around it. */
function startOf(document: Document.Parsed<ParsedNode>, path: readonly string[]): number {
  for (let length = path.length; length >= 0; length--) {
    const node = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return 0;
}

function placed(file: string, lines: LineCounter, offset: number): string {
  return `${file === '-' ? 'standard input' : file}:${lines.linePos(offset).line}`;
}
