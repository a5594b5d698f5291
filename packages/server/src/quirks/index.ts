/** What models of devices do otherwise than the standard says, as data. */
export { modelOf, QuirkBook } from './book.ts';
export { QUIRK_NAMES, QUIRKS, type Quirk, type QuirkName } from './catalogue.ts';
export {
  deleteQuirk,
  knownOf,
  learnQuirks,
  listQuirks,
  type Model,
  type ModelQuirk,
  type QuirkFilter,
  quirksOf,
  setQuirk,
  WITNESSES,
} from './quirk.ts';
