import { BullmqQueue, type BullmqOptions } from './bullmq-queue.js';
import type { JobQueue } from './job-queue.js';
import { LocalQueue } from './local-queue.js';

/**
 * Opens the queue.
 *
 * @param options address of Redis or Valkey; without one, jobs run in this process
 */
export function openQueue(options?: BullmqOptions): JobQueue {
  return options ? new BullmqQueue(options) : new LocalQueue();
}
