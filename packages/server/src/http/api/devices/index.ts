import type { Api } from '@grove/api';
import type { ApiMeans } from '../means.ts';
import { accountRoutes } from './account.ts';
import { addressRoutes } from './addresses.ts';
import { instanceRoutes } from './instances.ts';
import { registryRoutes } from './registry.ts';
import { searchRoutes } from './search.ts';
import { treeRoutes } from './tree.ts';

export { importRoutes } from './import.ts';
export { DeviceSchema, deviceAnswer } from './schemas.ts';

const ROUTES = [registryRoutes, searchRoutes, accountRoutes, addressRoutes, treeRoutes, instanceRoutes];

/** Devices, their accounts, addresses and trees. */
export function deviceRoutes(api: Api, means: ApiMeans): void {
  for (const routes of ROUTES) routes(api, means);
}
