/** The client's cases. */
import type { Suite } from '../framework/index.ts';
import { CLIENT_GROUPS } from './cases/index.ts';
import { virtualPhones } from './phone.ts';
import { type ClientStand, suiteOf } from './stand.ts';

export { ClientFileError, readClientFile } from './client-file.ts';
export { type HttpClientOptions, httpClient } from './http.ts';
export type { ClientCase, ClientGroup, ClientStand } from './stand.ts';
export type { Answer, Client, ClientSource, DmAccount, Fixture, Line, Opening, Sent } from './subject.ts';

/** The cases of the client, tried on Grove's own unless told. */
export function clientSuite(source = virtualPhones()): Suite<ClientStand> {
  return suiteOf(source, CLIENT_GROUPS);
}
