import { DMACC_OBJECT, DMACC_URI, dmAccNodes } from '@grove/protocol';
import type { ObjectHandler } from '../handler.ts';

/** DMAcc: the accounts with DM servers. */
export const dmAccHandler: ObjectHandler = {
  mount: DMACC_URI,
  object: DMACC_OBJECT,
  forUser: false,
  initial: ({ accounts }) =>
    Object.entries(accounts).flatMap(([name, account]) => dmAccNodes(`${DMACC_URI}/${name}`, account)),
};
