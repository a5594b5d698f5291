import { MalformedError, wbxmlToXml, xmlToWbxml } from '@grove/protocol';
import type { Command } from 'commander';
import { addExamples, UsageError } from '../program/index.ts';
import { readInput, writeOutput } from './input.ts';

interface Conversion {
  readonly name: string;
  readonly summary: string;
  readonly convert: (bytes: Uint8Array) => Uint8Array;
  readonly examples: readonly string[];
}

const CONVERSIONS: readonly Conversion[] = [
  {
    name: 'encode',
    summary: 'turn XML into WBXML',
    convert: (bytes) => xmlToWbxml(bytes),
    examples: ['grove wbxml encode message.xml -o message.wbxml', 'grove wbxml encode < message.xml | xxd'],
  },
  {
    name: 'decode',
    summary: 'turn WBXML into XML',
    convert: (bytes) => wbxmlToXml(bytes),
    examples: ['grove wbxml decode message.wbxml'],
  },
];

export function define(command: Command): void {
  addExamples(command, [
    'grove wbxml encode message.xml -o message.wbxml',
    'grove wbxml decode < message.wbxml',
  ]);
  for (const { name, summary, convert, examples } of CONVERSIONS) {
    const part = command
      .command(name)
      .description(summary)
      .argument('[file]', 'the file; standard input when it is - or not given', '-')
      .option('-o, --output <file>', 'where to write; standard output when it is - or not given', '-');
    addExamples(part, examples);
    part.action(async (file: string, { output }: { output: string }) => {
      const bytes = await readInput(file);
      let converted: Uint8Array;
      try {
        converted = convert(bytes);
      } catch (error) {
        if (!(error instanceof MalformedError)) throw error;
        const place = file === '-' ? 'standard input' : file;
        throw new UsageError(`${place} cannot be ${name}d: ${error.message}`, { cause: error });
      }
      await writeOutput(output, converted);
    });
  }
}
