import type { JobBus } from './job-bus.js';
import { LocalBus } from './local-bus.js';
import { RedisBus, type RedisBusOptions } from './redis-bus.js';

/**
 * Opens the bus.
 *
 * @param options address of Redis or Valkey; without one, jobs run in this process
 */
export function openBus(options?: RedisBusOptions): JobBus {
  return options ? new RedisBus(options) : new LocalBus();
}
