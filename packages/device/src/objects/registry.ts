import { devDetailHandler } from './devdetail/index.ts';
import { devInfoHandler } from './devinfo/index.ts';
import { diagnosticsHandler } from './diagnostics/index.ts';
import { dmAccHandler } from './dmacc/index.ts';
import { finderHandler } from './finder/index.ts';
import type { ObjectHandler } from './handler.ts';
import { mmsHandler } from './mms/index.ts';

/** The objects that every Grove device has. A new one is a folder beside this file and a line here. */
export const HANDLERS: readonly ObjectHandler[] = [
  devInfoHandler,
  devDetailHandler,
  dmAccHandler,
  mmsHandler,
  finderHandler,
  diagnosticsHandler,
];
