import { type Command, InvalidArgumentError } from 'commander';

/** Values of a reason's own variables, by name. */
export type Values = Readonly<Record<string, string>>;

/** Adds an option that may be given for each variable of a reason. */
export function addValueOption(command: Command): Command {
  return command.option(
    '--value <name=value>',
    "value of one of the reason's variables; may be given again",
    (text: string, before: Values = {}): Values => {
      const [, name, value] = /^([A-Za-z]\w*)=(.*)$/s.exec(text) ?? [];
      if (name === undefined || value === undefined)
        throw new InvalidArgumentError('Expected a name, = and a value, such as day=Monday.');
      return { ...before, [name]: value };
    },
  );
}
