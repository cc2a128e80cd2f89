/** @file What a browser that this process started takes, read from `/proc`: Linux only. */
import { readdirSync, readFileSync } from 'node:fs';

/** Clock ticks a second that Linux counts processor time in. */
const TICKS = 100;

/** What a page has taken, its workers included. */
export interface PageUsage {
  /** Most memory, 10^6 bytes. */
  readonly peakMegabytes: number;
  /** Processor time of all its threads. */
  readonly cpuSeconds: number;
}

/** What the largest page of all browsers that this process started has taken. */
export function largestPage(): PageUsage {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const statusOf = new Map(pids.map((pid) => [pid, textOf(`/proc/${pid}/status`)]));
  const parentOf = (pid: string) => /^PPid:\s+(\d+)/m.exec(statusOf.get(pid) ?? '')?.[1];
  const isOurs = (pid: string | undefined): boolean =>
    pid !== undefined && (pid === String(process.pid) || isOurs(parentOf(pid)));
  return pids
    .filter((pid) => textOf(`/proc/${pid}/cmdline`).includes('--type=renderer') && isOurs(pid))
    .map((pid) => usageOf(pid, statusOf.get(pid)!))
    .reduce((largest, usage) => (usage.peakMegabytes > largest.peakMegabytes ? usage : largest), {
      peakMegabytes: 0,
      cpuSeconds: 0,
    });
}

function usageOf(pid: string, status: string): PageUsage {
  const kilobytes = Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1] ?? 0);
  // after the name in brackets: state, 10 numbers, then time of the program and of the system for it
  const times = textOf(`/proc/${pid}/stat`).split(') ').at(-1)!.split(' ').slice(11, 13);
  const ticks = times.reduce((sum, time) => sum + Number(time), 0);
  return { peakMegabytes: (1024 * kilobytes) / 1e6, cpuSeconds: ticks / TICKS };
}

/** Text of a file; empty where its process has ended. */
function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
