/** What the PAP server asks of the gateway. */
export { type Client, GatewayService, type ServiceOptions } from './service.ts';
