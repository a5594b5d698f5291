/** A database on SQLite or PostgreSQL, with the tables of whoever opens it. */
export { GenerationCache } from './cache/index.ts';
export type { Columns } from './columns.ts';
export type { Engine } from './engine.ts';
export {
  isForeignKeyViolation,
  isUniqueViolation,
  StoreError,
  StoreUnavailable,
  UnitError,
} from './errors.ts';
export { type Joining, joining } from './joining.ts';
export type { MigrationStep, Tables } from './migrate.ts';
export { engineOf, type Queries } from './port.ts';
export { type Insertion, type Params, type Statement, statementsOf } from './statement.ts';
export { openStore, type Store, type StoreOptions } from './store.ts';
