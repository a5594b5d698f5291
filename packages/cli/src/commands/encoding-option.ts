import { type Command, Option } from 'commander';

/** Adds `--encoding`; XML unless told, so that a trace reads as it came. */
export function addEncodingOption(command: Command): Command {
  return command.addOption(
    new Option('--encoding <encoding>', 'how devices write').choices(['xml', 'wbxml']).default('xml'),
  );
}
