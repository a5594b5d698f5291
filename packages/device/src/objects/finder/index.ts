import {
  type Content,
  contentText,
  FINDER_OBJECT,
  FINDER_RING_URI,
  FINDER_URI,
  finderNodes,
  readFinder,
  STATUS,
} from '@grove/protocol';
import { readerOf } from '../../tree-reader/index.ts';
import { type Device, type ExecCall, isAddressOf, type ObjectHandler } from '../handler.ts';
import { write } from '../write.ts';

/** Seconds for which a phone rings unless told, and at most. */
const DURATION = { usual: 30, most: 300 } as const;

/** That it has rung is a node of the tree, and nothing else. */
function ring({ uri, data }: ExecCall, { tree, now }: Device): number {
  if (!isAddressOf(uri, FINDER_RING_URI)) return STATUS.NOT_ALLOWED;
  const duration = secondsOf(data);
  if (duration === undefined) return STATUS.BAD_REQUEST;
  const { rings = 0 } = readFinder(readerOf(tree));
  write(tree, finderNodes({ rings: rings + 1, lastRing: now().toISOString(), duration }));
  return STATUS.OK;
}

/** Finder: the phone rings. */
export const finderHandler: ObjectHandler = {
  mount: FINDER_URI,
  object: FINDER_OBJECT,
  initial: () => [],
  acl: (server) => `Exec=${server}&Get=*`,
  exec: ring,
  interrupted: ring,
};

function secondsOf(data: Content | undefined): number | undefined {
  const text = (data === undefined ? '' : (contentText(data) ?? '?')).trim();
  if (text === '') return DURATION.usual;
  const seconds = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  return seconds >= 1 && seconds <= DURATION.most ? seconds : undefined;
}
