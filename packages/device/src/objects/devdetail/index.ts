import { DEVDETAIL_OBJECT, DEVDETAIL_URI, devDetailNodes } from '@grove/protocol';
import type { ObjectHandler } from '../handler.ts';

/** DevDetail: further facts about the device. */
export const devDetailHandler: ObjectHandler = {
  mount: DEVDETAIL_URI,
  object: DEVDETAIL_OBJECT,
  initial: ({ devDetail }) => devDetailNodes(devDetail),
};
