/** What else may come of work, besides the status codes of devices. */
import type { Outcome } from './outcome.ts';

export const OWN_OUTCOMES = [
  {
    code: 'user-refused',
    happened: 'The user of the device did not want it.',
    mover: 'user',
    advice:
      'Call the user if it matters, say what it is for, and give the device the same again once it is wanted.',
  },
  {
    code: 'no-answer',
    happened: 'The user of the device was asked and did not answer.',
    mover: 'user',
    advice: 'Try again when the user is likely to look at the device, or without a question.',
  },
  {
    code: 'unreachable',
    happened: 'There is no way to ask the device to call.',
    mover: 'care',
    advice:
      "Check the device's telephone number and other addresses, and whether it is switched on. It is served when it calls by itself.",
  },
  {
    code: 'not-called',
    happened: 'The device was asked to call and did not in time.',
    mover: 'care',
    advice:
      'Find out whether the device is switched on and has coverage. It is served when it calls by itself.',
  },
  {
    code: 'alert-missing',
    happened: 'The device took the command and did not tell in time what came of it.',
    mover: 'device',
    advice: 'Read from the device what state it is in before trying again: it may have done it.',
  },
  {
    code: 'device-alert',
    happened: 'The device has reported a grave error of its own accord.',
    mover: 'care',
    advice: 'Read the alert: its type says which part of the device speaks, its data what is wrong.',
  },
  {
    code: 'campaign-failures',
    happened: 'A campaign has failed on devices.',
    mover: 'operator',
    advice:
      'Look at what it failed of, and on which models; mend the cause, then run it again on those that failed.',
  },
  {
    code: 'campaign-paused',
    happened: 'A campaign has paused itself, because too many devices failed.',
    mover: 'operator',
    advice:
      'Look at what it failed of before resuming it: what fails on the first devices fails on the others.',
  },
  {
    code: 'drift',
    happened: 'The device does not have what a policy wants it to have.',
    mover: 'care',
    advice:
      'Compare what it has with what it should have. Where the policy does not correct it, decide whose setting is right.',
  },
  {
    code: 'rule-finding',
    happened: 'A rule has found the device.',
    mover: 'care',
    advice: 'Look at what the rule looks for, and at what it has given the device to do.',
  },
  {
    code: 'trigger-failed',
    happened: 'What another system asked for did not succeed.',
    mover: 'care',
    advice: 'The trigger says on which device and why. That system was told, if it wanted to be.',
  },
  {
    code: 'webhook-disabled',
    happened: 'An address that is to be told of events has not taken them for days, and is told no more.',
    mover: 'operator',
    advice: 'Have whoever runs it mend it, enable it again, and send it anew what it has missed.',
  },
  {
    code: 'too-many',
    happened: 'There were more errors than there may be open cases.',
    mover: 'operator',
    advice: 'Look for one cause that all of them have; resolve the open cases that it explains.',
  },
  {
    code: 'other',
    happened: 'It did not succeed, for a reason of its own.',
    mover: 'care',
    advice: 'Read the reason, and the session in which it happened.',
  },
] as const satisfies readonly Outcome[];

/** Names of the outcomes that are not status codes. */
export type OwnCode = (typeof OWN_OUTCOMES)[number]['code'];
