import { type Command, Option } from 'commander';
import { type Column, counted, note, tableLines } from '../output/index.ts';
import { integer, optionOf } from '../program/index.ts';
import { defineCall } from './call.ts';

/** A list of the API as a command. */
export interface Listing<T> {
  readonly summary: string;
  /** Of the API. */
  readonly path: string;
  readonly columns: readonly Column<T>[];
  /** What is said where there is nothing to list. */
  readonly empty: string;
  readonly filters: readonly Filter[];
  readonly examples: readonly string[];
}

/** An option that narrows a list. */
export interface Filter {
  /** Name of the query's parameter, and of the option in its own spelling. */
  readonly name: string;
  readonly argument: string;
  readonly description: string;
  readonly choices?: readonly string[];
}

const LIMIT = 100;

/** Adds the command `ls`. */
export function defineListing<T>(parent: Command, listing: Listing<T>): void {
  defineCall<{ limit: number } & Record<string, unknown>>(parent, {
    usage: 'ls',
    summary: listing.summary,
    examples: listing.examples,
    options(command) {
      for (const { name, argument, description, choices } of listing.filters) {
        const option = new Option(`${optionOf(name)} <${argument}>`, description);
        command.addOption(choices === undefined ? option : option.choices(choices));
      }
      command.option('--limit <n>', 'how many at most; 0 for all', integer(0), LIMIT);
    },
    async run(api, _args, options) {
      const query = Object.fromEntries(
        listing.filters.flatMap(({ name }) => {
          const value = options[name];
          return typeof value === 'string' ? [[name, value]] : [];
        }),
      );
      const { items, more } = await api.list<T>(listing.path, query, options.limit);
      if (items.length === 0) note(listing.empty);
      if (more) note(`Only the first ${counted(items.length, 'line')}; --limit 0 shows all.`);
      return { json: items, lines: () => tableLines(listing.columns, items) };
    },
  });
}
