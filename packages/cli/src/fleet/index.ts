/** Many devices at once. */
export { enrol, type Range } from './enrol.ts';
export { type Registered, registerNew, type Schemes } from './register.ts';
