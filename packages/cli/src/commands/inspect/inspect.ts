import { describeDocument, describeForm, describeMessage } from '../../describe/index.ts';
import { cut, note, print, printable, printJson, style } from '../../output/index.ts';
import { CommandError } from '../../program/index.ts';
import { readInput } from '../input.ts';
import { type Found, identify, type Tried } from './identify.ts';
import { jsonOf } from './json.ts';
import { xmlLines } from './xml.ts';

/** Characters of each reason that is given for what the input is not. */
const REASON = 160;

/** Finds out what a file is, and prints it. */
export async function inspect(file: string, options: { json?: true; xml?: true }): Promise<void> {
  const bytes = await readInput(file);
  const name = file === '-' ? 'standard input' : file;
  if (bytes.length === 0) throw new CommandError(`${name} is empty`);
  const found = identify(bytes);
  if (!('encoding' in found)) throw new CommandError(`${name} is nothing known: ${reasons(found)}`);
  if (options.json) return printJson(jsonOf(found));
  if (found.wrapping !== 'none') note(`(from ${found.wrapping})`);
  print(...(options.xml ? xmlLines(found) : describe(found)));
}

function reasons(tried: readonly Tried[]): string {
  return tried.map(({ what, why }) => `not ${what} (${cut(printable(why), REASON)})`).join(', ');
}

function describe(found: Found): string[] {
  if ('message' in found) return describeMessage(found.message, found.bytes.length);
  const document = describeDocument(found.document);
  if (document === undefined) return [];
  const title = document.title.charAt(0).toUpperCase() + document.title.slice(1);
  return [style('bold', `${title}, ${describeForm(found.encoding, found.bytes.length)}`), ...document.lines];
}
