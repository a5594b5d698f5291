/** An alert code: its name and what it is for. */
export interface AlertCode {
  readonly code: number;
  readonly name: string;
  readonly meaning: string;
}

/** The alert codes that DM uses, by what they are for (OMA-TS-DM-Protocol 1.2.1 §8 and §10). */
export const ALERT = {
  DISPLAY: 1100,
  CONFIRMATION: 1101,
  TEXT_INPUT: 1102,
  SINGLE_CHOICE: 1103,
  MULTIPLE_CHOICE: 1104,
  SERVER_INITIATED: 1200,
  CLIENT_INITIATED: 1201,
  NEXT_MESSAGE: 1222,
  SESSION_ABORT: 1223,
  CLIENT_EVENT: 1224,
  NO_END_OF_DATA: 1225,
  GENERIC: 1226,
} as const;

const CODES: readonly (readonly [number, string, string])[] = [
  [ALERT.DISPLAY, 'Display', 'Shows the user a text.'],
  [ALERT.CONFIRMATION, 'Confirm or reject', 'Asks the user for yes or no.'],
  [ALERT.TEXT_INPUT, 'Text input', 'Asks the user for a text.'],
  [ALERT.SINGLE_CHOICE, 'Single choice', 'Asks the user to choose one of several.'],
  [ALERT.MULTIPLE_CHOICE, 'Multiple choice', 'Asks the user to choose any of several.'],
  [ALERT.SERVER_INITIATED, 'Server-initiated management', 'Opens a session that a notification asked for.'],
  [ALERT.CLIENT_INITIATED, 'Client-initiated management', 'Opens a session of the device’s own accord.'],
  [ALERT.NEXT_MESSAGE, 'Next message', 'Asks for the next message of a package.'],
  [ALERT.SESSION_ABORT, 'Session abort', 'Ends the session at once.'],
  [ALERT.CLIENT_EVENT, 'Client event', 'Reports an event on the device.'],
  [ALERT.NO_END_OF_DATA, 'No end of data', 'A large object was not completed.'],
  [
    ALERT.GENERIC,
    'Generic alert',
    'Reports the outcome of an operation, or another event, of a registered type.',
  ],
];

/** The alert codes of DM, by number. */
export const ALERT_CODES: ReadonlyMap<number, AlertCode> = new Map(
  CODES.map(([code, name, meaning]) => [code, { code, name, meaning }]),
);

/** The name of an alert code. */
export function alertName(code: number): string {
  return ALERT_CODES.get(code)?.name ?? 'Unknown alert';
}
