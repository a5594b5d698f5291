import { MMS_OBJECT, MMS_URI, mmsNodes } from '@grove/protocol';
import type { ObjectHandler } from '../handler.ts';

/** MMS: the settings of multimedia messaging. */
export const mmsHandler: ObjectHandler = {
  mount: MMS_URI,
  object: MMS_OBJECT,
  initial: ({ mms }) =>
    Object.entries(mms).flatMap(([name, settings]) => mmsNodes(`${MMS_URI}/${name}`, settings)),
  acl: (server) => `Add=*&Delete=${server}&Get=*&Replace=${server}`,
};
