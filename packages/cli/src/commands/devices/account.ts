import { type DmAcc, dmAccNodes, type NodeValue } from '@grove/protocol';
import { type Branch, formatTree, printable } from '../../output/index.ts';

/** Where the account is shown to be; devices may have it elsewhere. */
const ROOT = './DMAcc/grove';

/** What a device must have in its DM account to talk to the server. */
export function formatAccount(account: DmAcc): string[] {
  const nodes = dmAccNodes(ROOT, account);
  return [ROOT, ...formatTree(below(ROOT, nodes))];
}

function below(uri: string, nodes: readonly NodeValue[]): Branch[] {
  const prefix = `${uri}/`;
  return nodes
    .filter(({ path }) => path.startsWith(prefix) && !path.slice(prefix.length).includes('/'))
    .map(({ path, value }) => ({
      label: printable(path.slice(prefix.length)) + shown(value),
      children: below(path, nodes),
    }));
}

function shown(value: NodeValue['value']): string {
  if (value === 'node' || value.format === 'node') return '';
  const { data } = value;
  return data instanceof Uint8Array
    ? ` = ${Buffer.from(data).toString('base64')} (in base64)`
    : ` = ${printable(data)}`;
}
