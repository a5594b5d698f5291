/** Addresses that are told of events, as Standard Webhooks has it. */
export { Deliverer, type DelivererOptions } from './deliverer.ts';
export {
  type Delivery,
  type DeliveryAttempt,
  type DeliveryDetail,
  listDeliveries,
  type Message,
  queueEvents,
  queueMessages,
  resend,
  resendFailed,
  showDelivery,
  trimDeliveries,
} from './delivery.ts';
export {
  changeWebhook,
  createWebhook,
  DEFAULT_WEBHOOK_POLICY,
  deleteWebhook,
  enableWebhook,
  hasWebhooks,
  listWebhooks,
  rotateSecret,
  showWebhook,
  type Webhook,
  type WebhookInput,
  type WebhookMeans,
  type WebhookPolicy,
} from './webhook.ts';
