import {
  BROWSER_OBJECT,
  DATA_SERVICE_OBJECT,
  EMAIL_OBJECT,
  MMS_OBJECT,
  NAP_OBJECT,
  POLICY_OBJECT,
  PREFERENCES_OBJECT,
  PROXY_OBJECT,
} from '@grove/protocol';
import { devDetailHandler } from './devdetail/index.ts';
import { devInfoHandler } from './devinfo/index.ts';
import { diagnosticsHandler } from './diagnostics/index.ts';
import { dmAccHandler } from './dmacc/index.ts';
import { finderHandler } from './finder/index.ts';
import type { ObjectHandler } from './handler.ts';
import { settingsHandler } from './settings.ts';

/** What every Grove device does, whatever its settings: who it is, its accounts, what it can be told to do. */
export const BASE_HANDLERS: readonly ObjectHandler[] = [
  devInfoHandler,
  devDetailHandler,
  dmAccHandler,
  finderHandler,
  diagnosticsHandler,
];

/** The objects of Grove's own device. A new one is a folder beside this file, or just a line here, if it is settings. */
export const HANDLERS: readonly ObjectHandler[] = [
  ...BASE_HANDLERS,
  settingsHandler(NAP_OBJECT),
  settingsHandler(PROXY_OBJECT),
  settingsHandler(MMS_OBJECT),
  settingsHandler(BROWSER_OBJECT),
  settingsHandler(EMAIL_OBJECT),
  // What was ordered and what an enterprise asks is not for the user to change.
  { ...settingsHandler(DATA_SERVICE_OBJECT), forUser: false },
  { ...settingsHandler(POLICY_OBJECT), forUser: false },
  settingsHandler(PREFERENCES_OBJECT),
];
