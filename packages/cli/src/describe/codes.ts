import { ALERT_CODES, isSuccess, STATUS_CODES } from '@grove/protocol';
import { style } from '../output/index.ts';

/** A status code with its name, in the colour of what it means. */
export function describeStatus(code: number): string {
  const text = named(code, STATUS_CODES.get(code)?.name);
  if (isSuccess(code)) return style('green', text);
  return style(code < 400 ? 'yellow' : 'red', text);
}

/** An alert code with its name. */
export function describeAlert(code: number): string {
  return named(code, ALERT_CODES.get(code)?.name);
}

function named(code: number, name: string | undefined): string {
  return name === undefined ? String(code) : `${code} ${name}`;
}
