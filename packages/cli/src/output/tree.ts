import { drawBranches, type Line } from '@grove/protocol';

/** Something that has parts of its own kind. */
export interface Branch {
  readonly label: string;
  readonly children: readonly Branch[];
}

/** Branches drawn with lines, each in one line under its parent. */
export function formatTree(branches: readonly Branch[]): string[] {
  return drawBranches(branches.map(lineOf));
}

function lineOf({ label, children }: Branch): Line {
  return { spans: [{ text: label }], below: children.map(lineOf) };
}
