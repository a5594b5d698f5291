import type { Command } from 'commander';
import { printable, style } from '../../output/index.ts';
import { collect, Exit, UsageError } from '../../program/index.ts';
import { defineCall } from '../call.ts';
import { readProfileFile } from './file.ts';

/** What a profile comes to on a device or a model. */
export interface ProfileCheck {
  readonly subject: string;
  readonly accepted: boolean;
  readonly profiles: readonly {
    readonly name: string;
    readonly version: number;
    readonly variant: string | null;
  }[];
  readonly reasons: readonly { readonly text: string }[];
  readonly nodes: readonly { readonly uri: string; readonly value?: string; readonly policy: string }[];
}

interface CheckOptions {
  file?: string;
  version?: number;
  model: string[];
  device: string[];
  set: string[];
}

export function defineCheck(parent: Command): void {
  defineCall<CheckOptions>(parent, {
    usage: 'check [name]',
    summary: 'check a profile, stored or in a file, for models and devices',
    examples: [
      "grove profiles check mms --model 'Arbor/Birch 2' --model Foliage/F-90",
      'grove profiles check -f mms.yaml --device IMEI:490154203237518',
    ],
    remarks: 'Exits non-zero where one of them is refused.',
    options: (command) =>
      command
        .option('-f, --file <file>', 'the file, in place of a stored profile; - is standard input')
        .option('--model <manufacturer/model>', 'for this model; may be repeated', collect, [])
        .option('--device <device>', 'for this device; may be repeated', collect, [])
        .option('--set <name=value>', 'value of a variable; may be repeated', collect, []),
    async run(api, [name], { file, model, device, set }) {
      if ((name === undefined) === (file === undefined))
        throw new UsageError('expected the name of a profile, or --file');
      const content = file === undefined ? { name } : (await readProfileFile(file)).content;
      const models = model.map((text) => {
        const [, man, mod] = /^([^/]+)\/(.+)$/.exec(text) ?? [];
        if (man === undefined || mod === undefined)
          throw new UsageError(`${text}: expected a manufacturer, a / and a model`);
        return { man, mod };
      });
      const body = { ...content, models, devices: device, values: valuesOf(set) };
      const { checks } = await api.post<{ checks: ProfileCheck[] }>('profiles/check', body);
      const isAccepted = checks.every(({ accepted }) => accepted);
      return {
        json: checks,
        lines: () => checks.flatMap(checkLines),
        ...(isAccepted ? {} : { exit: Exit.failed }),
      };
    },
  });
}

/** @throws {UsageError} */
export function valuesOf(set: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    set.map((text) => {
      const equals = text.indexOf('=');
      if (equals < 1) throw new UsageError(`${text}: expected name=value`);
      return [text.slice(0, equals), text.slice(equals + 1)];
    }),
  );
}

export function checkLines({ subject, accepted, profiles, reasons, nodes }: ProfileCheck): string[] {
  const variants = profiles.flatMap(({ name, variant }) =>
    variant === null ? [] : [`variant ${variant} of ${name}`],
  );
  const said = accepted ? style('green', 'accepted') : style('red', 'refused');
  return [
    `${style('bold', printable(subject))}  ${said}${printable(variants.length === 0 ? '' : `, ${variants.join(', ')}`)}`,
    ...reasons.map(({ text }) => `  ${printable(text)}`),
    ...nodes.map(({ uri, value, policy }) =>
      printable(
        `  ${uri}${value === undefined ? '' : ` = ${JSON.stringify(value)}`}${policy === 'enforce' ? '' : ` (${policy})`}`,
      ),
    ),
  ];
}
