/** The REST API of a Grove server, from the terminal. */
export type * from './answers.ts';
export { type Api, ApiError, createApi, type Query, segment } from './client.ts';
export {
  addConnectionOptions,
  type Connection,
  type ConnectionOptions,
  dataFolder,
  findConnection,
  TOKEN_FILE,
} from './connection.ts';
export { dmEndpoint } from './endpoint.ts';
