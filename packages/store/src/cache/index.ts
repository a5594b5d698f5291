export { GenerationCache } from './generation-cache.ts';
