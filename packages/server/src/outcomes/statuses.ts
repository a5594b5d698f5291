/** What to do about each status code by which a device refuses a command. What it means is in `STATUS_CODES`. */
import type { Mover } from './outcome.ts';

type Row = readonly [code: number, mover: Mover, advice: string];

/**
 * For the codes that a command may come to without success: OMA-TS-DM-RepPro 1.2.1 §10. What it says of 5xx is little; what is
 * said here is what devices mean by them.
 */
export const STATUS_ADVICE: readonly Row[] = [
  [214, 'user', 'Ask the user whether it is wanted; if so, give the device the same again.'],
  [215, 'care', 'Look for the command that failed beside it: once that one works, this one is done, too.'],
  [
    216,
    'care',
    'Look for the command that failed in the same Atomic; this one was taken back because of it.',
  ],
  [304, 'user', 'The user has said no. Ask before trying again.'],
  [
    400,
    'operator',
    "Look at the session: the device could not read the command. It may be its client's fault; see whether a quirk of its model is known.",
  ],
  [401, 'operator', "Compare the device's account with what is configured in the device, and set both anew."],
  [
    403,
    'operator',
    'The device forbids it, whoever asks. Find out from its maker under which conditions it is allowed.',
  ],
  [
    404,
    'operator',
    'The node is not on this device. Look at its tree, and take the path that its model has.',
  ],
  [405, 'operator', 'The node does not take this command, as its description (DDF) says. Change the step.'],
  [406, 'operator', 'The client cannot do this. Take another way that it can, or leave this model out.'],
  [407, 'operator', "Compare the device's account with what is configured in the device, and set both anew."],
  [408, 'user', 'Nobody has answered on the device. Try again when its user is likely to look at it.'],
  [409, 'operator', 'The device is in a state that does not fit. Look at its tree before trying again.'],
  [410, 'operator', 'What was addressed is gone from the device. Look at its tree.'],
  [
    411,
    'operator',
    'The client wants the size of a large value first. Report this session; Grove should have sent it.',
  ],
  [
    412,
    'operator',
    'The command lacks something that this client needs. Look at the session, and complete the step.',
  ],
  [413, 'operator', 'The value is larger than the device takes. Make it smaller.'],
  [414, 'operator', 'The path is longer or deeper than the device takes. Take shorter names.'],
  [
    415,
    'operator',
    'The device does not take this format or media type. Take the one that its description (DDF) names.',
  ],
  [416, 'operator', 'What is asked for does not fit. Ask for less at once, or shorten the text.'],
  [417, 'device', 'The device was busy. Try again later.'],
  [418, 'operator', 'The node is there already. Replace it, or use a converge step, which does either.'],
  [420, 'user', 'The device is full. Have its user delete something, then try again.'],
  [424, 'network', 'A large value did not arrive whole. Try again; if it stays so, look at the session.'],
  [
    425,
    'operator',
    "The device's access control list does not give this server the right. Whoever owns the node has to grant it.",
  ],
  [
    500,
    'device',
    'The device has failed, and did not say why. Try again; if it stays so, ask its maker, with the session.',
  ],
  [501, 'operator', 'The client does not know this command. Take another way, or leave this model out.'],
  [503, 'device', 'The device is busy, or being serviced. Try again later.'],
  [506, 'device', 'An application on the device has failed. Try again; if it stays so, ask its maker.'],
  [
    507,
    'care',
    'One of the commands in the Atomic failed: look for the one with a status of its own. Nothing was changed.',
  ],
  [
    510,
    'device',
    'The device could not write to its storage. Have it restarted; if it stays so, it is to be repaired.',
  ],
  [511, 'device', 'The device has failed severely. Have it restarted, then try again.'],
  [512, 'device', 'The session has failed on the device. Try again.'],
  [514, 'user', 'It was cancelled on the device. Ask the user whether it is wanted.'],
  [
    516,
    'care',
    'An Atomic failed and could not be taken back, so that the device may be half configured. Read the nodes, and set them anew.',
  ],
  [517, 'operator', 'The answers to the Atomic are too large for one message. Put fewer commands into it.'],
];
