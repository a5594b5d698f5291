/** What the standard lets a client leave out, and some clients do: a virtual phone of such a model leaves it out as well. */
export const OPTIONAL_FEATURES = ['list', 'tnds', 'atomic', 'sequence'] as const;

/**
 * `list`: any `?list=` (406). `tnds`: serialized trees, asked for (406) or given (415). `atomic`, `sequence`: these
 * commands (406), of which nothing is then done.
 */
export type OptionalFeature = (typeof OPTIONAL_FEATURES)[number];
