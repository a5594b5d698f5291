import {
  headersOf,
  listOf,
  parameterOf,
  parseNameAddress,
  quoted,
  type SipRequest,
  SipSyntaxError,
} from '../message/index.ts';

/** The feature tag by which terminals say which push applications they have (OMA Push over SIP; RFC 3840 for its form). */
export const PUSH_FEATURE = '+g.oma.pusheventapp';

const APPLICATION = 'x-wap-application:';

/** An application id as it is in the feature tag: `x-wap-application:syncml.dm` → `syncml.dm`. */
function resourceOf(applicationId: string): string {
  return applicationId.toLowerCase().startsWith(APPLICATION)
    ? applicationId.slice(APPLICATION.length)
    : applicationId;
}

/** Accept-Contact that leads a request to terminals with an application (RFC 3841, 9.2). */
export function acceptContact(applicationId: string, isRequired: boolean): string {
  const must = isRequired ? ';require;explicit' : '';
  return `*;${PUSH_FEATURE}=${quoted(resourceOf(applicationId))}${must}`;
}

/** The application that a request is for, as its Accept-Contact says; undefined if it says none. */
export function applicationOf(request: SipRequest): string | undefined {
  try {
    const [resource] = listOf(headersOf(request, 'accept-contact'), 'Accept-Contact')
      .map((value) => parameterOf(parseNameAddress(value, 'Accept-Contact').parameters, PUSH_FEATURE))
      .filter((value) => value !== undefined && value !== '');
    return resource && `${APPLICATION}${resource}`;
  } catch (error) {
    if (error instanceof SipSyntaxError) return undefined;
    throw error;
  }
}
