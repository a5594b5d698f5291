import type { CommandEntry } from '../program/index.ts';

const RUN = 'Run:';
const LOOK = 'Look into:';
const MANAGE = 'Manage, on a server:';

/** Every command of `grove`; adding one is a file or folder beside this and an entry here. */
export const commands: readonly CommandEntry[] = [
  {
    name: 'demo',
    summary: 'a server, phones and a campaign, all on this machine',
    group: RUN,
    load: () => import('./demo/index.ts'),
  },
  {
    name: 'serve',
    summary: 'run the server',
    group: RUN,
    load: () => import('./serve/index.ts'),
  },
  {
    name: 'gateway',
    summary: 'run a push gateway, and look after its queue and bearers',
    group: RUN,
    load: () => import('./gateway/index.ts'),
  },
  {
    name: 'device',
    summary: 'run one virtual phone',
    group: RUN,
    load: () => import('./device/index.ts'),
  },
  {
    name: 'simulate',
    summary: 'have many devices call a server',
    group: RUN,
    load: () => import('./simulate/index.ts'),
  },
  {
    name: 'smsc',
    summary: 'run an SMS centre for labs',
    group: RUN,
    load: () => import('./smsc/index.ts'),
  },
  {
    name: 'notify',
    summary: 'make a notification as a file, for a client under test',
    group: LOOK,
    load: () => import('./notify/index.ts'),
  },
  {
    name: 'inspect',
    summary: 'find out what a file is, and print it for a person',
    group: LOOK,
    load: () => import('./inspect/index.ts'),
  },
  {
    name: 'wbxml',
    summary: 'turn XML into WBXML and back',
    group: LOOK,
    load: () => import('./wbxml.ts'),
  },
  {
    name: 'apply',
    summary: 'make the server be as files say: shows a plan, then applies all of it or nothing',
    group: MANAGE,
    load: () => import('./apply/index.ts'),
  },
  {
    name: 'devices',
    summary: 'list, show, register and delete devices',
    group: MANAGE,
    load: () => import('./devices/index.ts'),
  },
  {
    name: 'policies',
    summary: 'give devices a profile as long as they are of a group, and see which have it',
    group: MANAGE,
    load: () => import('./policies/index.ts'),
  },
  {
    name: 'groups',
    summary: 'give devices a name together: those of a list, or those for which a query holds',
    group: MANAGE,
    load: () => import('./groups/index.ts'),
  },
  {
    name: 'expressions',
    summary: 'find out what an expression means, and what may come next in it',
    group: MANAGE,
    load: () => import('./expressions/index.ts'),
  },
  {
    name: 'instances',
    summary: 'see and say which of several instances a device uses, and lock them',
    group: MANAGE,
    load: () => import('./instances/index.ts'),
  },
  {
    name: 'subscribers',
    summary: 'who uses devices: numbers, attributes, and which devices are whose',
    group: MANAGE,
    load: () => import('./subscribers/index.ts'),
  },
  {
    name: 'tasks',
    summary: 'give devices something to do',
    group: MANAGE,
    load: () => import('./tasks/index.ts'),
  },
  {
    name: 'campaigns',
    summary: 'bring the same to many devices, in waves, and see what came of it',
    group: MANAGE,
    load: () => import('./campaigns/index.ts'),
  },
  {
    name: 'profiles',
    summary: 'keep configurations that devices should have',
    group: MANAGE,
    load: () => import('./profiles/index.ts'),
  },
  {
    name: 'rules',
    summary: 'find devices by what is known and what happens, and give them something to do',
    group: MANAGE,
    load: () => import('./rules/index.ts'),
  },
  {
    name: 'models',
    summary: 'describe models of devices, map settings onto them, see what they do otherwise',
    group: MANAGE,
    load: () => import('./models/index.ts'),
  },
  {
    name: 'contents',
    summary: 'keep large values for devices, and fetch those from them',
    group: MANAGE,
    load: () => import('./contents/index.ts'),
  },
  {
    name: 'sessions',
    summary: 'read what devices and server said to each other',
    group: MANAGE,
    load: () => import('./sessions/index.ts'),
  },
  {
    name: 'alerts',
    summary: 'list what devices reported of their own accord',
    group: MANAGE,
    load: () => import('./alerts.ts'),
  },
  {
    name: 'notifications',
    summary: 'ask devices to call, and see what becomes of it',
    group: MANAGE,
    load: () => import('./notifications/index.ts'),
  },
  {
    name: 'reasons',
    summary: 'keep what users are told when their devices are asked to call',
    group: MANAGE,
    load: () => import('./reasons/index.ts'),
  },
  {
    name: 'events',
    summary: 'see what has happened, follow what happens, and report what the network has seen',
    group: MANAGE,
    load: () => import('./events/index.ts'),
  },
  {
    name: 'care',
    summary: 'look after errors: take cases, note what was done, resolve them',
    group: MANAGE,
    load: () => import('./care/index.ts'),
  },
  {
    name: 'triggers',
    summary: 'have something be done now for a device or a subscriber, as other systems do',
    group: MANAGE,
    load: () => import('./triggers/index.ts'),
  },
  {
    name: 'webhooks',
    summary: 'have addresses be told of events, and see what they were told',
    group: MANAGE,
    load: () => import('./webhooks/index.ts'),
  },
  {
    name: 'tokens',
    summary: 'make, list and withdraw tokens of the API',
    group: MANAGE,
    load: () => import('./tokens.ts'),
  },
  {
    name: 'keys',
    summary: 'exchange the keys for secrets in the database, on its own machine',
    group: MANAGE,
    load: () => import('./keys/index.ts'),
  },
  {
    name: 'refusals',
    summary: 'list messages that were refused, and why',
    group: MANAGE,
    load: () => import('./refusals.ts'),
  },
];
