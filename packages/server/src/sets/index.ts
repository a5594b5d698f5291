/** Sets of devices, kept as bits: 65,536 devices to a row of 8 KiB. */
export { Bitmap } from './bitmap.ts';
export {
  addToSet,
  countSet,
  createSet,
  deleteSet,
  inSet,
  isInSet,
  listSet,
  loadSet,
  removeFromSet,
  removeFromSets,
} from './set.ts';
