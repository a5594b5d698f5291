/** How a short message says that its user data are bytes behind a header (3GPP TS 23.040, TS 23.038; SMPP 3.4 §5.2). */

/** The bit that says that the user data begin with a header: of TP-MTI's octet, and of `esm_class` in SMPP. */
export const HAS_HEADER = 0x40;

/** `data_coding` of 8-bit data, without a message class: what SMSCs take that know only SMPP's own values. */
export const EIGHT_BIT = 0x04;

/** SMPP's own value for bytes of no stated kind. */
const UNSPECIFIED_OCTETS = 0x02;

/** Octets of user data in one short message. */
export const USER_DATA_OCTETS = 140;

/** Whether a data coding scheme is one of 8-bit data, which can be a push (TS 23.038 §4). */
export function isEightBit(dataCoding: number): boolean {
  const group = dataCoding >> 4;
  if (group === 0xf) return (dataCoding & 0x04) !== 0;
  return dataCoding === UNSPECIFIED_OCTETS || (group < 0x8 && (dataCoding & 0x0c) === 0x04);
}
