import type { ServerGroup } from '../stand.ts';

const NO_PUSH = "Grove's server does not send notifications yet";
const NO_BOOTSTRAP = 'Grove does not bootstrap devices yet';

export const NOTIFICATION: ServerGroup = {
  id: 'S-08',
  title: 'Notification',
  cases: [
    {
      id: 'S-08.1',
      title: 'Package #0 has the digest of the server, and its WSP headers in the demanded order',
      rule: 'DM_Notification 1.2.1',
      notApplicable: NO_PUSH,
    },
  ],
};

export const BOOTSTRAP: ServerGroup = {
  id: 'S-13',
  title: 'Bootstrap',
  cases: [
    {
      id: 'S-13.1',
      title: 'Bootstrap messages of both profiles have the right MAC and are pushed again until they arrive',
      rule: 'DM_Bootstrap 1.2.1',
      notApplicable: NO_BOOTSTRAP,
    },
  ],
};
