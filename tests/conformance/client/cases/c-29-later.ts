import type { ClientGroup } from '../stand.ts';

/** Subjects that Grove's client does not have yet; each becomes cases of its own with them. */
export const LATER: readonly ClientGroup[] = [
  {
    id: 'C-29',
    title: 'Bootstrap by OMA Client Provisioning',
    cases: [
      {
        id: 'C-29.1',
        title: 'A document with the right MAC gives an account, with a wrong one nothing',
        rule: 'DM_Bootstrap 1.2.1, OMA CP profile; ProvBoot 1.1, Security',
        notApplicable: "Grove's client is not bootstrapped over the air yet",
      },
    ],
  },
  {
    id: 'C-30',
    title: 'Bootstrap by OMA DM',
    cases: [
      {
        id: 'C-30.1',
        title: 'A serialized account that is added to ./Inbox is used, without any answer',
        rule: 'DM_Bootstrap 1.2.1, OMA DM profile',
        notApplicable: "Grove's client has no ./Inbox yet",
      },
    ],
  },
  {
    id: 'C-32',
    title: 'Firmware, software and lock-and-wipe objects',
    cases: [
      {
        id: 'C-32.1',
        title: 'An Exec of an update is answered with 202, its outcome told by Alert 1226',
        rule: 'FUMO 1.0; SCOMO 1.0; LAWMO 1.0',
        notApplicable: "Grove's client has none of these objects yet",
      },
    ],
  },
];
