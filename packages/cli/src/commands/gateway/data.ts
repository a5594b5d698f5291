/** Where a gateway of its own keeps its data unless told: not where a server has a gateway within itself. */
export const GATEWAY_DATA = '.grove-gateway';
