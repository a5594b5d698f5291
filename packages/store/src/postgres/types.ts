import pg from 'pg';

const { INT8, NUMERIC } = pg.types.builtins;

// As on SQLite, every number is a number: ids, counts and times stay far below 2^53.
const parsers = new Map<number, (text: string) => unknown>([
  [INT8, Number],
  [NUMERIC, Number],
]);

/** How PostgreSQL's values are read. */
export const types: pg.CustomTypesConfig = {
  getTypeParser: (id: number, format?: 'text' | 'binary') =>
    (format === 'binary' ? undefined : parsers.get(id)) ?? pg.types.getTypeParser(id, format),
};

/** PostgreSQL's text cannot hold U+0000; where a device sends it, U+FFFD stands in its place. */
export function bindable(value: unknown): unknown {
  return typeof value === 'string' && value.includes('\0') ? value.replaceAll('\0', '\ufffd') : value;
}
