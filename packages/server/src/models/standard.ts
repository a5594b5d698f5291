import { MMS_OBJECT } from '@grove/protocol';
import { layMapping } from './mapping.ts';

/**
 * Where neutral settings are in the standard objects, for all models of which nothing else is said. A service that
 * others need comes before them: profiles bring services in this order.
 */
export const STANDARD_MAPPING = layMapping(new Map(), {
  mms: {
    object: MMS_OBJECT.urn,
    fixed: [{ path: 'AppID', value: 'w4' }],
    settings: {
      name: 'Name',
      proxy: 'Addr',
      connection: 'PrefConRef',
      creationMode: 'CM',
      resubmissionMode: 'RM',
      maxSize: 'MS',
    },
  },
});
