export {
  type DeviceAlert,
  MARKS,
  MAX_ALERT_DATA,
  MAX_ALERTS,
  type Mark,
  type RaisedAlert,
} from './alert.ts';
export { Outbox } from './outbox.ts';
