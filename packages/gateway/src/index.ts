/** The push proxy gateway. */
export { openStore } from './store/index.ts';
