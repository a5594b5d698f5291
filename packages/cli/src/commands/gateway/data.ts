/** Where a gateway of its own keeps its data unless told. GROVE_DATA is a server's folder, which has another gateway's queue. */
export const GATEWAY_DATA = '.grove-gateway';
