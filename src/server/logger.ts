import { pino, type Logger } from 'pino';

/**
 * Structured logs on standard error, so that standard output stays free.
 *
 * @param level lowest level of messages that are logged
 * @param name of the process
 */
export function makeLogger(level: string, name: string): Logger {
  return pino({ level, name, base: { name, pid: process.pid } }, pino.destination(2));
}
