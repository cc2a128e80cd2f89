import { freemem } from 'node:os';

const BYTES_PER_MEGABYTE = 1e6;

/**
 * Bytes that this process may use, what it uses already included: what the machine has free, within the limit of
 * its container. The page cache counts as free: model files live there.
 */
export function availableMemory(): number {
  const limit = process.constrainedMemory();
  return Math.min(freemem() + process.memoryUsage.rss(), limit > 0 ? limit : Infinity);
}

/** Bytes of memory of a graphics card, as the variable `DEVICE_MEMORY_MB` says; nothing where it does not. */
export function deviceMemory(): number | undefined {
  const megabytes = Number(process.env['DEVICE_MEMORY_MB']);
  return megabytes > 0 ? megabytes * BYTES_PER_MEGABYTE : undefined;
}
