/** Many devices at once. */
export { type Registered, registerNew } from './register.ts';
