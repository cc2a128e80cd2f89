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

/** In which PyTorch computes. */
export type TorchType = 'float32' | 'bfloat16';

/** Milliseconds of each run, by the clock and of all cores together. */
export interface Runs {
  readonly milliseconds: readonly number[];
  readonly processor: readonly number[];
}

/** What a script of ours says when it has started. */
interface Greeting {
  readonly version: string;
  readonly settings?: string;
}

/** The benchmark's computations in a Python process with PyTorch. */
export class TorchProcess {
  readonly version: string;
  /** Threads, libraries and instructions, in words. */
  readonly settings: string;
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #lines: AsyncIterator<string>;
  readonly #interface: Interface;
  readonly #directory = mkdtempSync(join(tmpdir(), 'codonfold-bench-'));

  private constructor(
    child: ChildProcessByStdio<Writable, Readable, null>,
    lines: Interface,
    iterator: AsyncIterator<string>,
    { version, settings = '' }: Greeting,
  ) {
    this.#child = child;
    this.#interface = lines;
    this.#lines = iterator;
    this.version = version;
    this.settings = settings;
  }

  /**
   * Starts PyTorch: that of the interpreter that `PYTHON` in the environment names, else of the first that has it.
   *
   * @param script that answers `ask`, with the number of threads as its argument
   * @returns nothing where no Python has it
   * @throws Error where the one that was named has none
   */
  static async start(numThreads: number, script = REFERENCE): Promise<TorchProcess | undefined> {
    const named = process.env['PYTHON'];
    const python = (named === undefined ? ['python3', '/usr/bin/python3'] : [named]).find(
      (name) => spawnSync(name, ['-c', 'import torch']).status === 0,
    );
    if (python === undefined && named !== undefined)
      throw new Error(`PYTHON is ${named}, which cannot import torch`);
    if (python === undefined) return undefined;
    const child = spawn(python, [script, String(numThreads)], {
      env: { ...process.env, ...SETTINGS, OMP_NUM_THREADS: String(numThreads) },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const lines = createInterface(child.stdout);
    const iterator = lines[Symbol.asyncIterator]();
    return new TorchProcess(child, lines, iterator, await answer<Greeting>(iterator));
  }

  /** Hands over the numbers and computes once; gives the outputs, joined. */
  async prepare({ torch, feeds }: Benchmark, dtype: TorchType): Promise<Float32Array> {
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
      dtype,
      feeds: input,
      outputs,
      tensors: entries.map(([name, { shape, data }]) => ({ name, shape, size: data.length })),
    });
    const bytes = readFileSync(outputs!);
    return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
  }

  /** Times `count` runs of what was prepared last in this precision. */
  run(count: number, dtype: TorchType = 'float32'): Promise<Runs> {
    return this.ask<Runs>({ command: 'run', count, dtype });
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
