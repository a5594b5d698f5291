import type { ClientGroup } from '../stand.ts';
import { GET } from './c-05-get.ts';

/** Every case of a client, in the order of the groups. */
export const CLIENT_GROUPS: readonly ClientGroup[] = [GET];
