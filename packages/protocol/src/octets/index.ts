export * from './base64.ts';
export * from './buffer.ts';
export * from './characters.ts';
export * from './fields.ts';
export * from './text.ts';
