/** The OMA DM client: sessions, management objects, the virtual phone and the fleet of them. */
export * from './agent/index.ts';
export * from './alerts/index.ts';
export * from './clock/index.ts';
export * from './content-store/index.ts';
export * from './fleet/index.ts';
export * from './interaction/index.ts';
export * from './notification/index.ts';
export * from './objects/index.ts';
export * from './page/index.ts';
export * from './phone/index.ts';
export * from './push/index.ts';
export * from './session/index.ts';
export * from './settings/index.ts';
export * from './transport/index.ts';
export * from './tree-reader/index.ts';
export * from './tree-store/index.ts';
