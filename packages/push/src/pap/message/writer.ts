import { forbiddenCharacter } from '@grove/protocol';
import { type Field, type Fields, MESSAGES, type PapDocument, type Struct } from './schema.ts';
import { DOCUMENT_TYPES, type PapVersion, SUPPORTED_VERSIONS } from './version.ts';

/**
 * Writes a control document as XML in UTF-8, with the DOCTYPE of its version.
 *
 * @throws {RangeError} for a field that the version does not have, and for text that XML cannot carry.
 */
export function writePap({ version, productName, message }: PapDocument): string {
  const type = DOCUMENT_TYPES.find((candidate) => candidate.version === version);
  if (!type) throw new RangeError(`PAP ${version} is not spoken`);
  const { name, ...values } = message;
  const product =
    productName === undefined ? '' : ` product-name="${escapeText(productName, 'product-name')}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<!DOCTYPE pap PUBLIC "${type.publicId}" "${type.systemId}" [<?wap-pap-ver supported-versions="${SUPPORTED_VERSIONS}"?>]>`,
    `<pap${product}>${writeStruct(MESSAGES[name], values, version)}</pap>`,
    '',
  ].join('\n');
}

function writeStruct(
  struct: Struct<Fields>,
  values: Readonly<Record<string, unknown>>,
  version: PapVersion,
): string {
  let attributes = '';
  let children = '';
  for (const [key, field] of Object.entries(struct.fields)) {
    const value = values[key];
    if (value === undefined) continue;
    if (field.since !== undefined && field.since > version) {
      throw new RangeError(
        `${field.name} of ${struct.name} came with PAP ${field.since}; ${version} has none`,
      );
    }
    if (field.kind) attributes += ` ${field.name}="${escapeText(field.kind.write(value), field.name)}"`;
    else children += writeChildren(field, value, version);
  }
  const start = `<${struct.name}${attributes}`;
  return children === '' ? `${start}/>` : `${start}>${children}</${struct.name}>`;
}

function writeChildren({ child, only, many }: Field, value: unknown, version: PapVersion): string {
  if (!child) return '';
  const values = many ? (value as readonly unknown[]) : [value];
  return values
    .map((one) => (only === undefined ? (one as Record<string, unknown>) : { [only]: one }))
    .map((one) => writeStruct(child, one, version))
    .join('');
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
};

function escapeText(text: string, name: string): string {
  const forbidden = forbiddenCharacter(text);
  if (forbidden !== undefined) {
    throw new RangeError(
      `${name} holds U+${forbidden.toString(16).padStart(4, '0')}, which XML cannot carry`,
    );
  }
  return text.replace(/[&<>"\t\n\r]/g, (character) => ESCAPES[character] ?? character);
}
