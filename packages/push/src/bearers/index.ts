/** The bearers that there are: each has a folder, and a row here for each of its ends. */
import type { BearerKind, ReceiverKind } from '../bearer/index.ts';
import { OTA_HTTP_BEARER, OTA_HTTP_RECEIVER } from '../ota-http/index.ts';
import { SIP_BEARER, SIP_RECEIVER } from '../sip/index.ts';
import { SMS_BEARER, SMS_RECEIVER } from '../sms-bearer/index.ts';
import { UDP_BEARER, UDP_RECEIVER } from '../udp/index.ts';
import { WEBHOOK_BEARER } from '../webhook/index.ts';

/** The gateway's ends. */
export const BEARERS: readonly BearerKind[] = [
  SMS_BEARER,
  SIP_BEARER,
  UDP_BEARER,
  OTA_HTTP_BEARER,
  WEBHOOK_BEARER,
];

/** The terminal's ends. */
export const RECEIVERS: readonly ReceiverKind[] = [
  SMS_RECEIVER,
  SIP_RECEIVER,
  UDP_RECEIVER,
  OTA_HTTP_RECEIVER,
];
