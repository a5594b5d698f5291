import type { Caller } from '@grove/api';
import type { TSchema } from 'typebox';
import type { Campaigns } from '../campaigns/index.ts';
import type { Queries } from '../store/index.ts';

/** What writing needs besides the database. */
export interface DeclaredMeans {
  /** Unpredictable bytes. */
  readonly random: (bytes: number) => Uint8Array;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Who applies. */
  readonly by: Caller;
  /** What looks after campaigns. */
  readonly campaigns: Campaigns;
}

/**
 * A kind of thing that can be kept as files: how one is read as its file would say it, written and removed.
 * What a file says is its document, without `kind` and `name`.
 */
export interface DeclaredKind {
  /** What files call it. */
  readonly kind: string;
  /** What one may be called; as everything else where absent. */
  readonly name?: TSchema;
  /** What a file may say of one, besides `kind` and `name`. */
  readonly schema: TSchema;
  /**
   * One as it is now, as a file would say it: what was written with the document that is returned would be the same.
   *
   * @param declared what its file says, for what is only compared where files say it; undefined where it is to be deleted
   * @returns undefined where there is none of that name
   */
  read(db: Queries, name: string, declared: unknown): Promise<unknown>;
  /**
   * Makes one be as its file says.
   *
   * @param document fits the schema
   * @param exists whether there is one of that name
   * @throws {InvalidInput} with fields relative to the document
   * @throws {NotFound} when it refers to something that is not there
   * @throws {Conflict} when it cannot be changed so
   */
  write(
    db: Queries,
    name: string,
    document: unknown,
    exists: boolean,
    means: DeclaredMeans,
  ): Promise<unknown>;
  /**
   * @throws {NotFound}
   * @throws {Conflict} when something else needs it
   */
  remove(db: Queries, name: string, means: DeclaredMeans): Promise<unknown>;
  /** What is done with one that was written, once all is committed; done again when it is applied again after a crash. */
  settle?(db: Queries, name: string, document: unknown, means: DeclaredMeans): Promise<unknown>;
}

/** A kind whose documents fit the schema; the one place where that is taken for granted. */
export function declaredKind<D>(
  kind: Omit<DeclaredKind, 'read' | 'write' | 'settle'> & {
    read(db: Queries, name: string, declared: D | undefined): Promise<unknown>;
    write(db: Queries, name: string, document: D, exists: boolean, means: DeclaredMeans): Promise<unknown>;
    settle?(db: Queries, name: string, document: D, means: DeclaredMeans): Promise<unknown>;
  },
): DeclaredKind {
  const { settle, ...rest } = kind;
  return {
    ...rest,
    ...(settle === undefined
      ? {}
      : { settle: (db, name, document, means) => settle(db, name, document as D, means) }),
    read: (db, name, declared) => kind.read(db, name, declared as D | undefined),
    write: (db, name, document, exists, means) => kind.write(db, name, document as D, exists, means),
  };
}
