const BYTES_PER_MEGABYTE = 1e6;

/** Bytes of memory of a graphics card, as the variable `DEVICE_MEMORY_MB` says; nothing where it does not. */
export function deviceMemory(): number | undefined {
  const megabytes = Number(process.env['DEVICE_MEMORY_MB']);
  return megabytes > 0 ? megabytes * BYTES_PER_MEGABYTE : undefined;
}
