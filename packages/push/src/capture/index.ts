/** What captures hold of push, opened and explained: SMPP, short messages, WSP, OTA-HTTP, SIP, PAP. */
import type { Opener } from '@grove/protocol';
import { openOtaHttp } from './http.ts';
import { openModem } from './modem.ts';
import { openPap } from './pap.ts';
import { openPush } from './push.ts';
import { openShortMessages } from './short-messages.ts';
import { openSip } from './sip.ts';
import { openSmpp } from './smpp.ts';

/** In the order in which they are asked. */
export const PUSH_OPENERS: readonly Opener[] = [
  openPap,
  openOtaHttp,
  openSip,
  openSmpp,
  openPush,
  openModem,
  openShortMessages,
];
