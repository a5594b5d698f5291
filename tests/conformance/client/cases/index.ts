import type { ClientGroup } from '../stand.ts';
import { ABORT, DEV_ID, END, PACKAGE_ONE, SESSION_ID } from './c-01-sessions.ts';
import { GET } from './c-05-get.ts';
import { ADD } from './c-06-add.ts';
import { REPLACE } from './c-07-replace.ts';
import { DELETE } from './c-08-delete.ts';
import { COPY_GROUP, EXEC_GROUP, NEXT_MESSAGE } from './c-09-exec-copy.ts';
import { ATOMIC, SEQUENCE } from './c-11-containers.ts';
import { LARGE_OBJECTS, LARGE_RESULTS } from './c-13-large-objects.ts';
import { SIZES } from './c-15-sizes.ts';
import { QUESTIONS, REFUSALS } from './c-16-questions.ts';
import { CLIENT_PROOF, VECTORS } from './c-19-client-proof.ts';
import { HMAC } from './c-20-hmac.ts';
import { SERVER_PROOF, UNPROVED_NONCES } from './c-21-server-proof.ts';
import { ACL } from './c-23-acl.ts';
import { CHANGES, PROPERTIES } from './c-24-properties.ts';
import { LISTINGS } from './c-25-listings.ts';
import { ADDRESSES } from './c-27-addresses.ts';
import { WBXML } from './c-28-wbxml.ts';
import { LATER } from './c-29-later.ts';
import { NOTIFICATION } from './c-31-notification.ts';
import { MESSAGES, RESPONSE_URIS } from './c-33-messages.ts';
import { OBJECTS } from './c-35-objects.ts';
import { TNDS } from './c-39-tnds.ts';
import { XML } from './c-42-xml.ts';
import { HTTP } from './c-43-http.ts';
import { OWN_ABORT, REPORTS } from './c-44-own-alerts.ts';
import { THREE_SERVERS } from './c-46-three-servers.ts';
import { INSTANCE_STATE } from './c-47-instance-state.ts';

const GROUPS: readonly ClientGroup[] = [
  PACKAGE_ONE,
  SESSION_ID,
  DEV_ID,
  END,
  ABORT,
  GET,
  ADD,
  REPLACE,
  DELETE,
  EXEC_GROUP,
  COPY_GROUP,
  NEXT_MESSAGE,
  SEQUENCE,
  ATOMIC,
  LARGE_OBJECTS,
  LARGE_RESULTS,
  SIZES,
  QUESTIONS,
  REFUSALS,
  CLIENT_PROOF,
  VECTORS,
  HMAC,
  SERVER_PROOF,
  UNPROVED_NONCES,
  ACL,
  LISTINGS,
  PROPERTIES,
  CHANGES,
  ADDRESSES,
  WBXML,
  ...LATER,
  NOTIFICATION,
  MESSAGES,
  OBJECTS,
  RESPONSE_URIS,
  TNDS,
  XML,
  HTTP,
  OWN_ABORT,
  REPORTS,
  THREE_SERVERS,
  INSTANCE_STATE,
];

/** Every case of a client, in the order of the groups. */
export const CLIENT_GROUPS: readonly ClientGroup[] = [...GROUPS].sort((a, b) => a.id.localeCompare(b.id));
