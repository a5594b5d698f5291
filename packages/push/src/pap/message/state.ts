/**
 * How far a push is for one address: `message-state` of status answers and result notifications.
 *
 * Source: WAP-247-PAP / OMA-WAP-TS-PAP V2_1, "message-state"; all nine are in a published reference of another gateway.
 */
export const MESSAGE_STATE = {
  rejected: 'The gateway did not take it.',
  pending: 'The gateway has it and goes on.',
  delivered: 'The terminal has it, or, where delivery was not to be confirmed, it was sent.',
  undeliverable: 'It could not be delivered.',
  expired: 'Its time was over before it could be delivered.',
  aborted: 'The terminal refused it.',
  timeout: 'The terminal did not confirm it in time.',
  cancelled: 'The initiator cancelled it.',
  unknown: 'The gateway does not know what became of it.',
} as const;

export type MessageState = keyof typeof MESSAGE_STATE;

export const MESSAGE_STATES = Object.keys(MESSAGE_STATE) as readonly MessageState[];
