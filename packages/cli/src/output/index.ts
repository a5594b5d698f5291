/** What people and machines see: lines, tables, trees, colours, quantities. */
export { formatBytes, printable } from '@grove/protocol';
export { formatLines, paint } from './lines.ts';
export { note, print, printJson, tableLines } from './print.ts';
export { formatBar, type Live, liveLines } from './progress.ts';
export { formatDuration, formatTime } from './quantity.ts';
export { style, styleState } from './style.ts';
export { type Column, formatFacts, formatTable } from './table.ts';
export { counted, cut, pointAt, printableLines, widthOf } from './text.ts';
export { type Branch, formatTree } from './tree.ts';
export { xmlLines } from './xml.ts';
