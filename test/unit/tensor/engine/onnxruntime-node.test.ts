import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { FoldError } from '#errors';
import { nodeEngine } from '#tensor/engine/onnxruntime-node';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'codonfold-home-'));
});
afterEach(() => {
  rmSync(home, { recursive: true });
});

const graph = `const graph = graphOf({ x: full([1], 1) });
  await (await engine.compile(graph)).run({});`;
const ENGINES = {
  'in this process': `const engine = nodeEngine(1); ${graph}`,
  'in a process of its own': `const engine = forkedEngine(); ${graph} await engine.close();`,
};

it.each(Object.entries(ENGINES))(
  'an engine %s writes nothing into the home folder',
  async (_, use) => {
    const script = `
    import { forkedEngine } from '#tensor/engine/forked-engine';
    import { nodeEngine } from '#tensor/engine/onnxruntime-node';
    import { graphOf } from '#tensor/graph';
    import { full } from '#tensor/ops';
    ${use}`;
    const flags = ['--conditions=source', '--import', 'tsx', '--input-type=module', '--eval'];
    // Even where somebody has set the variable the other way.
    const env = { PATH: process.env['PATH'], HOME: home, ORT_DISABLE_TELEMETRY: '0' };
    await promisify(execFile)(process.execPath, [...flags, script], { env });
    expect(readdirSync(home, { recursive: true })).toEqual([]);
  },
);

it('says which machines onnxruntime is built for, on another one', () => {
  const { arch } = process;
  Object.defineProperty(process, 'arch', { value: 'riscv64' });
  try {
    expect(() => nodeEngine()).toThrow(
      expect.objectContaining({
        code: 'ENGINE_UNAVAILABLE',
        message: expect.stringContaining('riscv64)') as string,
        hint: expect.stringContaining('glibc') as string,
      }) as FoldError,
    );
  } finally {
    Object.defineProperty(process, 'arch', { value: arch });
  }
});

it('says which library computes, on what and on how many threads', () => {
  expect(nodeEngine(2).facts).toEqual({
    name: 'onnxruntime',
    version: expect.stringMatching(/^\d+\.\d+\.\d+$/) as string,
    device: 'cpu',
    threads: 2,
    precision: 'float32',
  });
});
