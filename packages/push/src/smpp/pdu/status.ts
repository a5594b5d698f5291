/** command_status (SMPP 3.4, 5.1.3): what it means, and what a sender does about it. */

/**
 * - `ok`: done.
 * - `later`: the same request may succeed later.
 * - `slower`: the SMS centre asks to be left alone for a while; then the same request may succeed.
 * - `never`: the same request fails always.
 */
export type Verdict = 'ok' | 'later' | 'slower' | 'never';

export interface StatusRow {
  readonly code: number;
  readonly name: string;
  /** In words for an operator. */
  readonly meaning: string;
  readonly verdict: Verdict;
}

/** Code → name, meaning, verdict. What is wrong with the session, not the message, is `later`: the session is made anew. */
const ROWS = [
  [0x00, 'ESME_ROK', 'no error', 'ok'],
  [0x01, 'ESME_RINVMSGLEN', 'the message is too long', 'never'],
  [0x02, 'ESME_RINVCMDLEN', 'the PDU has a wrong length', 'never'],
  [0x03, 'ESME_RINVCMDID', 'the command is not known', 'never'],
  [0x04, 'ESME_RINVBNDSTS', 'not bound in the way that the command needs', 'later'],
  [0x05, 'ESME_RALYBND', 'already bound', 'later'],
  [0x06, 'ESME_RINVPRTFLG', 'the priority is invalid', 'never'],
  [0x07, 'ESME_RINVREGDLVFLG', 'the kind of receipt that was asked for is invalid', 'never'],
  [0x08, 'ESME_RSYSERR', 'the SMS centre has an error of its own', 'later'],
  [0x0a, 'ESME_RINVSRCADR', 'the source address is invalid', 'never'],
  [0x0b, 'ESME_RINVDSTADR', 'the destination address is invalid', 'never'],
  [0x0c, 'ESME_RINVMSGID', 'there is no such message', 'never'],
  [0x0d, 'ESME_RBINDFAIL', 'the bind failed', 'later'],
  [0x0e, 'ESME_RINVPASWD', 'the password is wrong', 'later'],
  [0x0f, 'ESME_RINVSYSID', 'the system id is not known', 'later'],
  [0x11, 'ESME_RCANCELFAIL', 'the message could not be cancelled', 'never'],
  [0x13, 'ESME_RREPLACEFAIL', 'the message could not be replaced', 'never'],
  [0x14, 'ESME_RMSGQFUL', 'the queue for this destination is full', 'slower'],
  [0x15, 'ESME_RINVSERTYP', 'the service type is invalid', 'never'],
  [0x33, 'ESME_RINVNUMDESTS', 'the number of destinations is invalid', 'never'],
  [0x34, 'ESME_RINVDLNAME', 'the distribution list is not known', 'never'],
  [0x40, 'ESME_RINVDESTFLAG', 'the kind of destination is invalid', 'never'],
  [0x42, 'ESME_RINVSUBREP', 'a message cannot be replaced at its submission', 'never'],
  [0x43, 'ESME_RINVESMCLASS', 'esm_class is invalid', 'never'],
  [0x44, 'ESME_RCNTSUBDL', 'a distribution list cannot be used', 'never'],
  [0x45, 'ESME_RSUBMITFAIL', 'the message was not taken', 'later'],
  [0x48, 'ESME_RINVSRCTON', 'the type of number of the source is invalid', 'never'],
  [0x49, 'ESME_RINVSRCNPI', 'the numbering plan of the source is invalid', 'never'],
  [0x50, 'ESME_RINVDSTTON', 'the type of number of the destination is invalid', 'never'],
  [0x51, 'ESME_RINVDSTNPI', 'the numbering plan of the destination is invalid', 'never'],
  [0x53, 'ESME_RINVSYSTYP', 'the system type is invalid', 'later'],
  [0x54, 'ESME_RINVREPFLAG', 'the flag for replacing a message is invalid', 'never'],
  [0x55, 'ESME_RINVNUMMSGS', 'the number of messages is invalid', 'never'],
  [0x58, 'ESME_RTHROTTLED', 'more messages than are allowed in this time', 'slower'],
  [0x61, 'ESME_RINVSCHED', 'the time of delivery is invalid', 'never'],
  [0x62, 'ESME_RINVEXPIRY', 'the validity period is invalid', 'never'],
  [0x63, 'ESME_RINVDFTMSGID', 'the predefined message does not exist', 'never'],
  [0x64, 'ESME_RX_T_APPN', 'the receiver cannot take it at the moment', 'later'],
  [0x65, 'ESME_RX_P_APPN', 'the receiver will never take it', 'never'],
  [0x66, 'ESME_RX_R_APPN', 'the receiver rejects it', 'never'],
  [0x67, 'ESME_RQUERYFAIL', 'the question after the message failed', 'later'],
  [0xc0, 'ESME_RINVOPTPARSTREAM', 'the optional parameters cannot be read', 'never'],
  [0xc1, 'ESME_ROPTPARNOTALLWD', 'an optional parameter is not allowed', 'never'],
  [0xc2, 'ESME_RINVPARLEN', 'a parameter has a wrong length', 'never'],
  [0xc3, 'ESME_RMISSINGOPTPARAM', 'an optional parameter is missing', 'never'],
  [0xc4, 'ESME_RINVOPTPARAMVAL', 'an optional parameter has an invalid value', 'never'],
  [0xfe, 'ESME_RDELIVERYFAILURE', 'the message was not delivered', 'later'],
  [0xff, 'ESME_RUNKNOWNERR', 'an error that is not known', 'later'],
] as const satisfies readonly (readonly [number, string, string, Verdict])[];

type StatusName = (typeof ROWS)[number][1];

export const STATUSES: readonly StatusRow[] = ROWS.map(([code, name, meaning, verdict]) => ({
  code,
  name,
  meaning,
  verdict,
}));

/** Codes by name. */
export const STATUS = Object.fromEntries(ROWS.map(([code, name]) => [name, code])) as Record<
  StatusName,
  number
>;

const BY_CODE = new Map(STATUSES.map((row) => [row.code, row]));

/** What a code means. One that the table does not have may be overcome with time: it is `later`. */
export function statusRow(code: number): StatusRow {
  const known = BY_CODE.get(code);
  if (known !== undefined) return known;
  const meaning = code >= 0x400 && code <= 0x4ff ? "an error of the SMS centre's maker" : 'a reserved code';
  return { code, name: hex(code), meaning, verdict: 'later' };
}

/** A status in words: `ESME_RTHROTTLED (0x58): more messages than …`. */
export function describeStatus(code: number): string {
  const { name, meaning } = statusRow(code);
  return name === hex(code) ? `${name}: ${meaning}` : `${name} (${hex(code)}): ${meaning}`;
}

function hex(code: number): string {
  return `0x${code.toString(16).padStart(2, '0')}`;
}
