/** @file Everything that model code may do with tensors. */
export * from './ops/leaves.js';
export * from './ops/elementwise.js';
export * from './ops/reduce.js';
export * from './ops/normalise.js';
export * from './ops/matmul.js';
export * from './ops/layout.js';
export * from './ops/gather.js';
export * from './ops/derived.js';
