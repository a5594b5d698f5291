/** Cases that are all alike: nodes, commands, statuses, and how the nodes are afterwards. */
import type { Check } from '../framework/index.ts';
import type { Planted } from './dialogue.ts';
import type { ClientCase, ClientStand } from './stand.ts';

export interface CommandCase extends Omit<ClientCase, 'run'> {
  /** Nodes to begin with. */
  readonly given?: Planted;
  /** @param at URI of the place of the given nodes. */
  readonly send: (at: string, stand: ClientStand) => string;
  /** What the commands are answered with, `Add 200`; where a rule leaves a choice, `Exec 405 or 406`. */
  readonly codes: readonly string[];
  /** How nodes read afterwards, by their URIs below the place or from the root: `status 404` = not there. */
  readonly after?: Readonly<Record<string, string>>;
}

export function commandCase({ given, send, codes, after = {}, ...listed }: CommandCase): ClientCase {
  return {
    ...listed,
    async run(stand, check) {
      const { dialogue, at } = await stand.planted(given);
      checkCodes(check, await dialogue.codes(send(at, stand)), codes);
      for (const [uri, expected] of Object.entries(after)) {
        const address = uri.startsWith('.') ? uri : uri === '' ? at : `${at}/${uri}`;
        check.equal(await dialogue.read(address), expected, `${uri === '' ? 'the place' : uri} afterwards`);
      }
    },
  };
}

/** Holds statuses against expected ones, some of which leave a choice. */
export function checkCodes(check: Check, found: readonly string[], expected: readonly string[]): void {
  const chosen = expected.map((each, index) => {
    const [name, ...codes] = each.split(/ or | /);
    const alternatives = codes.map((code) => `${name} ${code}`);
    return alternatives.find((alternative) => alternative === found[index]) ?? each;
  });
  check.equal(found, chosen, 'statuses');
}
