import { type Carrier, type CarrierBytes, type Manner, printable } from '@grove/protocol';
import { formatFacts, style } from '../../output/index.ts';

/** Bytes that are shown of one field, on one line. */
const MOST_BYTES = 12;

/** What carries a part: what it says, and its bytes with their meaning. */
export function carrierLines(carrier: Carrier, behind: string, { secrets = false }: Manner): string[] {
  const { title, facts, layout, remarks } = carrier;
  const bytes = layout.map((field) => hexOf(field, secrets));
  const width = Math.max(0, ...bytes.map((hex) => hex.length));
  return [
    style('bold', `${title}${behind}`),
    ...formatFacts(facts),
    ...layout.map((field, at) => `  ${style('dim', (bytes[at] ?? '').padEnd(width))}  ${meaning(field)}`),
    ...remarks.map((remark) => style('yellow', `! ${printable(remark)}`)),
  ];
}

function hexOf({ bytes, secret }: CarrierBytes, secrets: boolean): string {
  if (secret && !secrets) return '…';
  const shown = bytes.length > MOST_BYTES ? MOST_BYTES - 1 : bytes.length;
  const digits = Array.from(bytes.subarray(0, shown), (byte) => byte.toString(16).padStart(2, '0'));
  return [...digits, ...(shown < bytes.length ? ['…'] : [])].join(' ');
}

function meaning({ name, value }: CarrierBytes): string {
  return printable(value === '' ? name : `${name}: ${value}`);
}
