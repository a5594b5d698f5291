import type { CommandEntry } from '../program/index.ts';

/** Every command of `grove`; adding one is a file or folder beside this and an entry here. */
export const commands: readonly CommandEntry[] = [];
