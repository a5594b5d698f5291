/** Seconds for which a registration is asked. */
export const EXPIRES = 600;

/** Milliseconds between signs of life on a connection (RFC 5626, 4.4.1). */
export const KEEP_ALIVE = 110_000;

/** Milliseconds until a registration that failed is tried again. */
export const RETRY = { first: 2000, longest: 120_000 } as const;
