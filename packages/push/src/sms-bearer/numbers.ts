/** Addresses as SMPP writes them: a type of number, a numbering plan, and digits (SMPP 3.4, 5.2.5 and 5.2.6). */

export interface SmsNumber {
  readonly ton: number;
  readonly npi: number;
  readonly address: string;
}

const TON = { unknown: 0, international: 1, alphanumeric: 5 } as const;
const NPI = { unknown: 0, isdn: 1 } as const;

/** What people write: `+441632960001`, `1234`, `Operator`. */
export function smsNumber(text: string): SmsNumber {
  if (/^\+\d+$/.test(text)) return { ton: TON.international, npi: NPI.isdn, address: text.slice(1) };
  if (/^\d+$/.test(text)) return { ton: TON.unknown, npi: NPI.isdn, address: text };
  return { ton: text === '' ? TON.unknown : TON.alphanumeric, npi: NPI.unknown, address: text };
}

/** The reverse. */
export function writtenNumber(ton: number, address: string): string {
  return ton === TON.international && /^\d+$/.test(address) ? `+${address}` : address;
}
