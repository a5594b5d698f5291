/** What captures hold of push, opened and explained: short messages, WSP, OTA-HTTP, PAP. */
import type { Opener } from '@grove/protocol';
import { openOtaHttp } from './http.ts';
import { openPap } from './pap.ts';
import { openPush } from './push.ts';
import { openShortMessages } from './short-messages.ts';

/** In the order in which they are asked. */
export const PUSH_OPENERS: readonly Opener[] = [openPap, openOtaHttp, openPush, openShortMessages];
