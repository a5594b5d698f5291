import type { ServerGroup } from '../stand.ts';

const NO_BOOTSTRAP = 'Grove does not bootstrap devices yet';

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
