/** What people and machines see: lines, tables, trees, colours, quantities. */
export { note, print, printJson, tableLines } from './print.ts';
export { formatBar, type Live, liveLines } from './progress.ts';
export { formatBytes, formatDuration, formatTime } from './quantity.ts';
export { style, styleState } from './style.ts';
export { type Column, formatFacts, formatTable } from './table.ts';
export { counted, cut, printable, printableLines, widthOf } from './text.ts';
export { type Branch, formatTree } from './tree.ts';
