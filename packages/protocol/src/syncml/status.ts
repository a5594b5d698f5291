/** A status code: its name and what it tells the one who sent the command. */
export interface StatusCode {
  readonly code: number;
  readonly name: string;
  readonly meaning: string;
}

const CODES: readonly (readonly [number, string, string])[] = [
  [101, 'In progress', 'The command is being worked on.'],
  [200, 'OK', 'The command was done; for the header: accepted for this message; for a question: yes.'],
  [201, 'Item added', 'The item was created.'],
  [202, 'Accepted for processing', 'The command was taken; its outcome comes later in an alert.'],
  [203, 'Non-authoritative response', 'The answer does not come from the original source.'],
  [204, 'No content', 'The command was done and there is nothing to return.'],
  [205, 'Reset content', 'The command was done and the sender should refresh its content.'],
  [206, 'Partial content', 'Only a part of the content was returned.'],
  [207, 'Conflict resolved with merge', 'Two changes met and were merged.'],
  [208, 'Conflict resolved with client winning', "Two changes met and the client's was kept."],
  [209, 'Conflict resolved with duplicate', 'Two changes met and both were kept.'],
  [210, 'Delete without archive', 'The item was deleted but not archived.'],
  [211, 'Item not deleted', 'The item to delete was not there.'],
  [212, 'Authentication accepted', 'The credentials hold for the rest of the session.'],
  [213, 'Chunked item accepted and buffered', 'The part of a large object was taken; the next is awaited.'],
  [214, 'Operation cancelled', 'The user cancelled; later commands of the package are not done.'],
  [215, 'Not executed', 'The command was not done, because another one was refused or failed.'],
  [216, 'Atomic roll back OK', 'The command was undone, because another one in its Atomic failed.'],
  [300, 'Multiple choices', 'The target stands for several things; one must be chosen.'],
  [301, 'Moved permanently', 'The target has another address now.'],
  [302, 'Found', 'The target has another address for now.'],
  [303, 'See other', 'The answer is to be had at another address.'],
  [304, 'Not modified', 'Nothing was changed; for a question: no.'],
  [305, 'Use proxy', 'The target can be reached through a proxy only.'],
  [400, 'Bad request', 'The command is malformed.'],
  [401, 'Invalid credentials', 'The credentials are wrong; the challenge says what is wanted.'],
  [402, 'Payment required', 'The command needs a payment.'],
  [403, 'Forbidden', 'The command was understood and is refused, for reasons other than access rights.'],
  [404, 'Not found', 'The node is not there.'],
  [405, 'Command not allowed', 'This command may not be used on this node.'],
  [406, 'Optional feature not supported', 'The recipient does not have this optional feature.'],
  [407, 'Authentication required', 'No credentials were sent; the challenge says what is wanted.'],
  [408, 'Request timeout', 'The user did not answer in time.'],
  [409, 'Conflict', 'The command meets a state that it does not fit.'],
  [410, 'Gone', 'The target is no longer there.'],
  [411, 'Size required', 'The size of the item must be told first.'],
  [412, 'Incomplete command', 'The command lacks something that it needs.'],
  [413, 'Request entity too large', 'The item is larger than the recipient takes.'],
  [414, 'URI too long', 'The URI, or a part of it, is longer or deeper than the recipient takes.'],
  [415, 'Unsupported media type or format', 'The type or the format of the item is not supported.'],
  [416, 'Requested size too big', 'What was asked for is too large to return or to show.'],
  [417, 'Retry later', 'The recipient is busy; the command may be repeated later.'],
  [418, 'Already exists', 'The node to add is there already.'],
  [419, 'Conflict resolved with server data', "Two changes met and the server's was kept."],
  [420, 'Device full', 'There is no room left.'],
  [421, 'Unknown search grammar', 'The search grammar is not known.'],
  [422, 'Bad CGI script', 'The addressed script is wrong.'],
  [423, 'Soft-delete conflict', 'The soft-deleted item is no longer there.'],
  [424, 'Size mismatch', 'The parts of a large object do not amount to the size that was told.'],
  [425, 'Permission denied', "The node's access control list does not allow the command."],
  [500, 'Command failed', 'The recipient met an unexpected condition.'],
  [501, 'Command not implemented', 'The recipient does not know the command.'],
  [502, 'Bad gateway', 'A gateway got an invalid answer.'],
  [503, 'Service unavailable', 'The recipient is overloaded or under maintenance.'],
  [504, 'Gateway timeout', 'A gateway got no answer in time.'],
  [505, 'DTD version not supported', 'The version of the representation protocol is not supported.'],
  [506, 'Processing error', 'An application failed while it worked on the command.'],
  [507, 'Atomic failed', 'A command within the Atomic failed, so none of them holds.'],
  [508, 'Refresh required', 'The two sides must compare everything anew.'],
  [509, 'Reserved', 'The code is reserved.'],
  [510, 'Data store failure', 'The data store failed.'],
  [511, 'Server failure', 'The server failed severely.'],
  [512, 'Synchronization failed', 'The session failed.'],
  [513, 'Protocol version not supported', 'The version of the protocol is not supported.'],
  [514, 'Operation cancelled', 'The command was cancelled before it was done.'],
  [516, 'Atomic roll back failed', 'The command could not be undone after its Atomic failed.'],
  [517, 'Atomic response too large', 'The answers to the Atomic do not fit into one message.'],
];

/** The status codes of SyncML, by number (OMA-SyncML-RepPro 1.2 §10; those of DM in OMA-TS-DM-RepPro 1.2.1 §10). */
export const STATUS_CODES: ReadonlyMap<number, StatusCode> = new Map(
  CODES.map(([code, name, meaning]) => [code, { code, name, meaning }]),
);

/** The codes that DM itself deals with, by what they are for. */
export const STATUS = {
  OK: 200,
  ACCEPTED: 202,
  AUTHENTICATED: 212,
  CHUNK_ACCEPTED: 213,
  CANCELLED: 214,
  NOT_EXECUTED: 215,
  ROLLED_BACK: 216,
  NOT_MODIFIED: 304,
  BAD_REQUEST: 400,
  INVALID_CREDENTIALS: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  NOT_ALLOWED: 405,
  NOT_SUPPORTED: 406,
  CREDENTIALS_MISSING: 407,
  TIMEOUT: 408,
  SIZE_REQUIRED: 411,
  INCOMPLETE_COMMAND: 412,
  TOO_LARGE: 413,
  URI_TOO_LONG: 414,
  UNSUPPORTED_FORMAT: 415,
  SIZE_TOO_BIG: 416,
  RETRY_LATER: 417,
  ALREADY_EXISTS: 418,
  DEVICE_FULL: 420,
  SIZE_MISMATCH: 424,
  PERMISSION_DENIED: 425,
  FAILED: 500,
  SERVICE_UNAVAILABLE: 503,
  DTD_NOT_SUPPORTED: 505,
  ATOMIC_FAILED: 507,
  DATA_STORE_FAILURE: 510,
  PROTOCOL_NOT_SUPPORTED: 513,
  ROLL_BACK_FAILED: 516,
  RESPONSE_TOO_LARGE: 517,
} as const;

/** The name of a status code, or of its class when the code is unknown. */
export function statusName(code: number): string {
  return STATUS_CODES.get(code)?.name ?? CLASSES[Math.floor(code / 100)] ?? 'Unknown status';
}

/** Whether a status says that a command was done, or taken to be done. */
export function isSuccess(code: number): boolean {
  return (
    code >= 200 &&
    code < 300 &&
    code !== STATUS.NOT_EXECUTED &&
    code !== STATUS.CANCELLED &&
    code !== STATUS.ROLLED_BACK
  );
}

const CLASSES: readonly (string | undefined)[] = [
  undefined,
  'Informational',
  'Successful',
  'Redirection',
  'Originator error',
  'Recipient error',
];
