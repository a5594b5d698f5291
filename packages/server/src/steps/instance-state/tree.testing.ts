/** A device with MMS accounts, on a real tree, for steps that are about their state. */
import {
  DEVICE,
  type LeafValue,
  MANAGEMENT_OBJECTS,
  ManagementTree,
  TreeError,
  type TreeOptions,
} from '@grove/protocol';
import { type Answer, isContainer, isQuestion, type NodeRequest, type Request } from '../index.ts';

export const MMS = 'urn:oma:mo:oma-mms:1.3';

/** What the user does when asked. */
export type Consent = 'yes' | 'no';

export interface MmsDevice {
  readonly tree: ManagementTree;
  readonly answer: (request: Request) => Answer;
}

const text = (data: string): LeafValue => ({ format: 'chr', type: 'text/plain', data });

/** @param lacks what the device does not have */
export function mmsDevice(
  options: Pick<TreeOptions, 'instanceState'> & { atomic?: boolean; user?: Consent } = {},
): MmsDevice {
  const { instanceState, atomic = true, user = 'yes' } = options;
  const ddf = MANAGEMENT_OBJECTS.map((object) => object.ddf);
  const tree = new ManagementTree({ ddf, now: () => new Date(1e12), instanceState });
  for (const name of ['One', 'Two']) {
    tree.add(`./MMS/${name}`, { format: 'node', type: MMS, data: '' }, DEVICE);
    tree.add(`./MMS/${name}/Addr`, text(`http://${name}`), DEVICE);
  }
  tree.replace('.?prop=ACL', text('Add=*&Delete=*&Get=*&Replace=*'), DEVICE);

  const answer = (request: Request): Answer => {
    if (isQuestion(request)) return { status: user === 'yes' ? 200 : 304 };
    if (!isContainer(request)) return perform(tree, request);
    if (!atomic) return { status: 406 };
    const nested: Answer[] = [];
    try {
      tree.transaction(() => {
        for (const each of request.requests) {
          const said = answer(each);
          nested.push(said);
          if (said.status !== 200) throw new RangeError('rolled back');
        }
      });
      return { status: 200, nested };
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      const last = nested.length - 1;
      return {
        status: 507,
        nested: request.requests.map((_, index) => {
          if (index === last) return nested[index] ?? { status: null };
          return { status: index < last ? 216 : 215 };
        }),
      };
    }
  };
  return { tree, answer };
}

function perform(tree: ManagementTree, { command, uri, value = '', format, type }: NodeRequest): Answer {
  try {
    if (command === 'Get' && uri.includes('?list=Struct')) {
      const nodes = [...tree.list(uri.split('?', 1)[0] ?? '.', 'grove')];
      return {
        status: 200,
        items: nodes.map((node) => ({ uri: node.uri, format: node.format, type: node.type })),
      };
    }
    if (command === 'Get') {
      const found = tree.get(uri, 'grove');
      if ('children' in found) return { status: 200, format: 'node', value: found.children.join('/') };
      return { status: 200, format: found.format, value: String(found.data) };
    }
    if (command === 'Add') {
      const leaf = format === 'node' ? { format: 'node' as const, type: type ?? '', data: '' } : text(value);
      tree.add(uri, leaf, 'grove');
    } else if (command === 'Replace') tree.replace(uri, text(value), 'grove');
    else if (command === 'Delete') tree.delete(uri, 'grove');
    else return { status: 405 };
    return { status: 200 };
  } catch (error) {
    if (error instanceof TreeError) return { status: error.status };
    throw error;
  }
}
