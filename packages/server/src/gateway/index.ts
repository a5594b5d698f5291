/** The push proxy gateway that runs within the server. */
export { type OwnGateway, type OwnGatewayOptions, openOwnGateway } from './own.ts';
