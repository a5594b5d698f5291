import { type Command, InvalidArgumentError } from 'commander';
import { tableLines } from '../../output/index.ts';
import { defineCall } from '../call.ts';

const SUBJECTS = ['device', 'msisdn', 'imsi', 'sip', 'ip'] as const;

type Options = Partial<Record<(typeof SUBJECTS)[number], string>> & { details?: object };

/** What came of an event. */
interface Taken {
  readonly devices: number;
  readonly rules: readonly { rule: string; devId: string; outcome: string; taskId: number | null }[];
}

/** Adds what reports an event, as another network element would. */
export function defineSend(parent: Command): void {
  defineCall<Options>(parent, {
    usage: 'send <type>',
    summary: 'report what another network element has seen of a device: rules act on it at once',
    examples: [
      'grove events send gateway.wrong-address --msisdn +441632960001',
      `grove events send gateway.wrong-address --ip 192.0.2.7 --details '{"host":"mms.old.example.com"}'`,
    ],
    remarks: 'One of --device, --msisdn, --imsi, --sip and --ip says whose it is.',
    options(command) {
      command
        .option('--device <device>', 'DevId or id of the device')
        .option('--msisdn <number>', 'its telephone number, or that of its subscriber')
        .option('--imsi <imsi>', 'IMSI of its subscriber')
        .option('--sip <uri>', 'its SIP URI, or that of its subscriber')
        .option('--ip <address>', 'its IP address')
        .option('--details <json>', 'more about it: an object in JSON', objectOf);
    },
    async run(api, [type = ''], options) {
      const { details } = options;
      const subject = Object.fromEntries(
        SUBJECTS.flatMap((name) => (options[name] === undefined ? [] : [[name, options[name]]])),
      );
      const taken = await api.post<Taken>('events', {
        type,
        ...subject,
        ...(details === undefined ? {} : { data: details }),
      });
      return { json: taken, lines: () => linesOf(taken) };
    },
  });
}

function linesOf({ devices, rules }: Taken): readonly string[] {
  if (rules.length === 0)
    return [`It is about ${devices === 1 ? 'one device' : `${devices} devices`}; no rule is for it.`];
  return tableLines(
    [
      { title: 'RULE', value: ({ rule }) => rule },
      { title: 'DEVICE', value: ({ devId }) => devId },
      { title: 'OUTCOME', value: ({ outcome }) => outcome },
      { title: 'TASK', value: ({ taskId }) => taskId, align: 'right' },
    ],
    rules,
  );
}

function objectOf(text: string): object {
  const value = parsed(text);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw new InvalidArgumentError('Expected an object in JSON.');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
