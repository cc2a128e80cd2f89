import { pino, type Logger } from 'pino';

/**
 * Structured logs on standard error, so that standard output stays free.
 *
 * @param level least severity that is logged
 * @param name of the process
 */
export function makeLogger(level: string, name: string): Logger {
  return pino({ level, name, base: { name, pid: process.pid } }, pino.destination(2));
}
