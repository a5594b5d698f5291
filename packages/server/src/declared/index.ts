/** Things that are kept as files: what a plan would change, and making them so. */
export { type ApplyRequest, applyDeclarations, type Change, type Declaration } from './apply.ts';
export type { Difference } from './difference.ts';
export { type DeclaredKind, type DeclaredMeans, declaredKind } from './kind.ts';
export { DECLARED_KINDS } from './kinds/index.ts';
