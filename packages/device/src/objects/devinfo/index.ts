import { DEVINFO_OBJECT, DEVINFO_URI, devInfoNodes } from '@grove/protocol';
import type { ObjectHandler } from '../handler.ts';

/** DevInfo: what the device says of itself at the start of each session. */
export const devInfoHandler: ObjectHandler = {
  mount: DEVINFO_URI,
  object: DEVINFO_OBJECT,
  initial: ({ devInfo }) => devInfoNodes(devInfo),
};
