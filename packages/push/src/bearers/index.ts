/** The bearers that there are: each has a folder, and a row here. */
import type { BearerKind } from '../bearer/index.ts';

export const BEARERS: readonly BearerKind[] = [];
