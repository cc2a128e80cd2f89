import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { availableCores } from '#machine/available-cores';

const ALL = availableParallelism();

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'codonfold-cores-'));
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

/** Cores on a machine whose system says these things in these files. */
function coresWith(files: Readonly<Record<string, string>>): number {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(root, dirname(path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return availableCores({}, root);
}

describe('cores that are available', () => {
  it('are all where no container limits them', () => {
    expect(coresWith({})).toBe(ALL);
    const unlimited = { 'sys/fs/cgroup/cpu.max': 'max 100000\n', 'proc/self/cgroup': '0::/\n' };
    expect(coresWith(unlimited)).toBe(ALL);
    expect(coresWith({ 'sys/fs/cgroup/cpu.max': '99900000 100000\n' })).toBe(ALL);
  });

  it.each([
    ['a quota of one core', '100000 100000', 1],
    ['part of a core', '20000 100000', 1],
    ['a core and a half', '150000 100000', 1],
  ])('are what %s amounts to', (_, quota, expected) => {
    const files = { 'sys/fs/cgroup/cpu.max': `${quota}\n`, 'proc/self/cgroup': '0::/\n' };
    expect(coresWith(files)).toBe(expected);
  });

  it('are limited by every group above', () => {
    const files = {
      'proc/self/cgroup': '0::/kubepods/pod1/box\n',
      'sys/fs/cgroup/kubepods/pod1/box/cpu.max': 'max 100000\n',
      'sys/fs/cgroup/kubepods/pod1/cpu.max': '100000 100000\n',
      'sys/fs/cgroup/kubepods/cpu.max': 'max 100000\n',
    };
    expect(coresWith(files)).toBe(1);
  });

  it.each(['cpu', 'cpu,cpuacct'])(
    'are limited by version 1 of control groups: %s',
    (controllers) => {
      const group = `sys/fs/cgroup/${controllers}/docker/1`;
      const files = {
        'proc/self/cgroup': `5:memory:/docker/1\n4:${controllers}:/docker/1\n0::/\n`,
        [`${group}/cpu.cfs_quota_us`]: '100000\n',
        [`${group}/cpu.cfs_period_us`]: '100000\n',
        [`sys/fs/cgroup/${controllers}/cpu.cfs_quota_us`]: '-1\n',
        [`sys/fs/cgroup/${controllers}/cpu.cfs_period_us`]: '100000\n',
      };
      expect(coresWith(files)).toBe(1);
    },
  );

  it.each([
    ['3', 3],
    ['64', 64],
    ['1,4', 1],
    ['0', ALL],
    ['many', ALL],
    ['', ALL],
    ['1000000', 1024],
  ])('are as many as OMP_NUM_THREADS=%s says', (OMP_NUM_THREADS, expected) => {
    expect(availableCores({ OMP_NUM_THREADS }, root)).toBe(expected);
  });
});
