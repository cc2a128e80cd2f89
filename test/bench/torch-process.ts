import { spawn, spawnSync, type ChildProcessByStdio } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { Benchmark } from './benchmark.js';

const REFERENCE = fileURLToPath(new URL('torch_reference.py', import.meta.url));

/** PyTorch's best settings on a CPU: widest instructions, no spinning threads, memory kept between runs. */
const SETTINGS = {
  OPENBLAS_CORETYPE: 'SkylakeX',
  OMP_WAIT_POLICY: 'passive',
  ATEN_CPU_CAPABILITY: 'avx512',
  MALLOC_TRIM_THRESHOLD_: String(2 ** 34),
  MALLOC_MMAP_THRESHOLD_: String(2 ** 34),
  // Where it is set, OpenBLAS cuts matrices for another cache than the one it finds.
  OPENBLAS_L2_SIZE: undefined,
};

/** The benchmark's computations in a Python process with PyTorch. */
export class TorchProcess {
  readonly version: string;
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #lines: AsyncIterator<string>;
  readonly #interface: Interface;
  readonly #directory = mkdtempSync(join(tmpdir(), 'codonfold-bench-'));

  private constructor(
    child: ChildProcessByStdio<Writable, Readable, null>,
    lines: Interface,
    iterator: AsyncIterator<string>,
    version: string,
  ) {
    this.#child = child;
    this.#interface = lines;
    this.#lines = iterator;
    this.version = version;
  }

  /**
   * Starts PyTorch, or gives nothing where no Python has it. `PYTHON` in the environment is tried first.
   *
   * @param script that answers `ask`, with the number of threads as its argument
   */
  static async start(numThreads: number, script = REFERENCE): Promise<TorchProcess | undefined> {
    const python = [process.env['PYTHON'], 'python3', '/usr/bin/python3'].find(
      (name) => name !== undefined && spawnSync(name, ['-c', 'import torch']).status === 0,
    );
    if (python === undefined) return undefined;
    const child = spawn(python, [script, String(numThreads)], {
      env: { ...process.env, ...SETTINGS, OMP_NUM_THREADS: String(numThreads) },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const lines = createInterface(child.stdout);
    const iterator = lines[Symbol.asyncIterator]();
    const { version } = await answer<{ version: string }>(iterator);
    return new TorchProcess(child, lines, iterator, version);
  }

  /** Hands over the numbers and computes once; gives the outputs, joined. */
  async prepare({ torch, feeds }: Benchmark): Promise<Float32Array> {
    const entries = Object.entries(feeds);
    const [input, outputs] = ['feeds.bin', 'outputs.bin'].map((name) =>
      join(this.#directory, name),
    );
    writeFileSync(
      input!,
      Buffer.concat(
        entries.map(([, { data }]) => Buffer.from(data.buffer, data.byteOffset, data.byteLength)),
      ),
    );
    rmSync(outputs!, { force: true });
    await this.ask({
      command: 'prepare',
      ...torch,
      feeds: input,
      outputs,
      tensors: entries.map(([name, { shape, data }]) => ({ name, shape, size: data.length })),
    });
    const bytes = readFileSync(outputs!);
    return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
  }

  /** Milliseconds of each of `count` runs of what was prepared. */
  async run(count: number): Promise<number[]> {
    const { milliseconds } = await this.ask<{ milliseconds: number[] }>({ command: 'run', count });
    return milliseconds;
  }

  /** Sends a command as one line of JSON and reads one as the answer. */
  ask<Answer>(command: object): Promise<Answer> {
    this.#child.stdin.write(`${JSON.stringify(command)}\n`);
    return answer<Answer>(this.#lines);
  }

  stop(): void {
    this.#interface.close();
    this.#child.kill();
    rmSync(this.#directory, { recursive: true, force: true });
  }
}

async function answer<Answer>(lines: AsyncIterator<string>): Promise<Answer> {
  const line = await lines.next();
  if (line.done) throw new Error('PyTorch ended; its message is above');
  return JSON.parse(line.value) as Answer;
}
