/**
 * What became of a request, as PAP numbers it: `code` and `desc` of every answer and of a result notification.
 *
 * Source: WAP-247-PAP / OMA-WAP-TS-PAP V2_1, "status codes". The numbers are those that Kannel's gateway sends and
 * published lists of other gateways name; 3008, 3011, 4001 and the titles are as remembered, not read there.
 */

/** One number. */
export interface Result {
  readonly code: number;
  /** The standard's short name, sent as `desc` where there is nothing more to say. */
  readonly title: string;
  readonly meaning: string;
}

const result = (code: number, title: string, meaning: string): Result => ({ code, title, meaning });

/** All numbers that have a meaning of their own. */
export const RESULT = {
  ok: result(1000, 'OK', 'Done.'),
  accepted: result(1001, 'Accepted for Processing', 'Taken; what becomes of it is said later.'),
  badRequest: result(2000, 'Bad Request', 'Not understood: the message or its form is wrong.'),
  forbidden: result(2001, 'Forbidden', 'Understood and refused; asking again does not help.'),
  addressError: result(2002, 'Address Error', 'An address is not in a form that can be understood.'),
  addressNotFound: result(2003, 'Address Not Found', 'Nobody is known, or reached, at this address.'),
  pushIdNotFound: result(2004, 'Push ID Not Found', 'No push of this id is known.'),
  capabilitiesMismatch: result(
    2005,
    'Capabilities Mismatch',
    'The capabilities that the initiator assumes are not those of the terminal.',
  ),
  requiredCapabilitiesNotSupported: result(
    2006,
    'Required Capabilities Not Supported',
    'The terminal cannot do what the content needs.',
  ),
  duplicatePushId: result(2007, 'Duplicate Push ID', 'A push of this id was taken before; this one was not.'),
  cancellationNotPossible: result(2008, 'Cancellation Not Possible', 'The push is known, and too far gone.'),
  internalError: result(
    3000,
    'Internal Server Error',
    'The gateway failed; the same request may succeed later.',
  ),
  notImplemented: result(3001, 'Not Implemented', 'The gateway does not do this operation at all.'),
  versionNotSupported: result(
    3002,
    'Version not Supported',
    'The gateway does not speak this version of PAP.',
  ),
  notPossible: result(
    3003,
    'Not Possible',
    'What is asked of the gateway does not go, for example any more.',
  ),
  capabilityMatchingNotSupported: result(
    3004,
    'Capability Matching not Supported',
    'The gateway does not compare capabilities.',
  ),
  multipleAddressesNotSupported: result(
    3005,
    'Multiple Addresses Not Supported',
    'The gateway does this for one address at a time only.',
  ),
  transformationFailure: result(
    3006,
    'Transformation Failure',
    'The content cannot be brought into a form for the terminal.',
  ),
  deliveryMethodNotPossible: result(
    3007,
    'Specified Delivery Method Not Possible',
    'Confirmed, or unconfirmed, delivery is not to be had here.',
  ),
  capabilitiesNotAvailable: result(
    3008,
    'Capabilities Not Available',
    'What the terminal can do is not known here.',
  ),
  requiredNetworkNotAvailable: result(
    3009,
    'Required Network Not Available',
    'The network that the initiator insists on is not to be had.',
  ),
  requiredBearerNotAvailable: result(
    3010,
    'Required Bearer Not Available',
    'The bearer that the initiator insists on is not to be had.',
  ),
  replacementNotSupported: result(
    3011,
    'Replacement Not Supported',
    'The gateway does not replace pushes that it has taken.',
  ),
  serviceFailure: result(4000, 'Service Failure', 'The network failed; the same request may succeed later.'),
  serviceUnavailable: result(4001, 'Service Unavailable', 'Too busy, or down for a while; try again later.'),
  clientAborted: result(5000, 'Client Aborted', 'The terminal refused the push, without a reason.'),
  userPending: result(
    5028,
    'User Pending',
    'The terminal refused the push: it waits for its user (seen from Kannel).',
  ),
} as const satisfies Record<string, Result>;

const BY_CODE: ReadonlyMap<number, Result> = new Map(Object.values(RESULT).map((row) => [row.code, row]));

/** What the first digit says where the rest says nothing known; x500 to x999 are free for vendors. */
const CLASSES: readonly Result[] = [
  result(1000, 'Success', 'Done or taken.'),
  result(2000, 'Client Error', 'The initiator asked for something wrong.'),
  result(3000, 'Server Error', 'The gateway could not do it.'),
  result(4000, 'Service Failure', 'The network could not do it.'),
  result(5000, 'Client Aborted', 'The terminal refused the push.'),
];

/**
 * What a number says. A number that is not in the table has the title and the meaning of its class, as the standard
 * wants unknown ones to be understood; one that is of no class is undefined.
 */
export function resultOf(code: number): Result | undefined {
  const known = BY_CODE.get(code);
  if (known) return known;
  const kin = CLASSES[Math.floor(code / 1000) - 1];
  return kin && { ...kin, code };
}

/** Whether a number says that the request was carried out or taken. */
export function isSuccess(code: number): boolean {
  return code >= 1000 && code < 2000;
}

/** Whether the same request may succeed later: the fault is the gateway's or the network's, and not for good. */
export function isTemporary(code: number): boolean {
  return code === RESULT.internalError.code || (code >= 4000 && code < 5000);
}
