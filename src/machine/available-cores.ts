import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';

/** Engines start all of their threads at once: with a million of them nothing would ever be done. */
export const MOST_THREADS = 1024;

const CONTROL_GROUPS = '/sys/fs/cgroup';

/**
 * Cores that this process may keep busy: those it may run on, within what its container's share of time amounts to, and
 * as many as `OMP_NUM_THREADS` says, where schedulers of clusters have set it.
 *
 * @param environment where the variable is looked for
 * @param root of the file system, for tests
 */
export function availableCores(
  environment: Readonly<Record<string, string | undefined>> = process.env,
  root = '/',
): number {
  const wanted = Number.parseInt(environment['OMP_NUM_THREADS'] ?? '');
  if (wanted >= 1) return Math.min(wanted, MOST_THREADS);
  return Math.min(availableParallelism(), containerCores(root));
}

/** What the quotas of all control groups above this process come to, rounded down; infinite where there is none. */
function containerCores(root: string): number {
  const groups = readText(join(root, 'proc/self/cgroup')).split('\n').flatMap(quotaFolders);
  const quotas = groups.map((folder) => quotaOf(join(root, CONTROL_GROUPS, folder)));
  return Math.max(1, Math.floor(Math.min(...quotas)));
}

/**
 * Folders that may hold a quota of CPU time: the group's own and those above it, which all count.
 *
 * @param line `0::/GROUP` of version 2, or `NUMBER:CONTROLLERS:/GROUP` of version 1
 */
function quotaFolders(line: string): string[] {
  const [, controllers, group] = /^\d+:([^:]*):(\/.*)$/.exec(line) ?? [];
  if (controllers === undefined || group === undefined) return [];
  if (controllers !== '' && !controllers.split(',').includes('cpu')) return [];
  const folders: string[] = [];
  for (let at = group; ; at = dirname(at)) {
    folders.push(...(controllers === '' ? [at] : [join(controllers, at), join('cpu', at)]));
    if (at === '/') return folders;
  }
}

/** Cores that one group's quota comes to. @source Linux, Documentation/admin-guide/cgroup-v2.rst, "cpu.max" */
function quotaOf(folder: string): number {
  const [quota, period] = readText(join(folder, 'cpu.max')).split(' ');
  const cores = Number(quota) / Number(period);
  if (cores > 0) return cores;
  const old = (name: string) => Number(readText(join(folder, `cpu.cfs_${name}_us`)) || NaN);
  const oldCores = old('quota') / old('period');
  return oldCores > 0 ? oldCores : Infinity;
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return ''; // another system than Linux, or another version of control groups
  }
}
