/** Something that has parts of its own kind. */
export interface Branch {
  readonly label: string;
  readonly children: readonly Branch[];
}

/** Branches drawn with lines, each in one line under its parent. */
export function formatTree(branches: readonly Branch[], indent = ''): string[] {
  return branches.flatMap(({ label, children }, index) => {
    const last = index === branches.length - 1;
    return [
      `${indent}${last ? '└─ ' : '├─ '}${label}`,
      ...formatTree(children, `${indent}${last ? '   ' : '│  '}`),
    ];
  });
}
