import { ALERT_CODES, isSuccess, STATUS_CODES } from '../syncml/index.ts';
import { type Span, span } from './text.ts';

/** A status code with its name. */
export function describeStatus(code: number): Span {
  const text = named(code, STATUS_CODES.get(code)?.name);
  if (isSuccess(code)) return span(text, 'good');
  return span(text, code < 400 ? 'doubtful' : 'bad');
}

/** An alert code with its name. */
export function describeAlert(code: number): Span {
  return span(named(code, ALERT_CODES.get(code)?.name));
}

function named(code: number, name: string | undefined): string {
  return name === undefined ? `${code}, which is no code of the standard` : `${code} ${name}`;
}
