/** Who uses which device, and since when. */
export {
  type Binding,
  bindDevices,
  type DeviceBinding,
  type NewBinding,
  unbindDevices,
} from './binding.ts';
export { bindByNumber, followNumbers, releaseNumbers } from './numbers.ts';
