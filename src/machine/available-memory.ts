import { freemem } from 'node:os';

/**
 * Bytes that this process may use, what it uses already included: what the machine has free, within the limit of
 * its container. The page cache counts as free: model files live there.
 */
export function availableMemory(): number {
  const limit = process.constrainedMemory();
  return Math.min(freemem() + process.memoryUsage.rss(), limit > 0 ? limit : Infinity);
}
