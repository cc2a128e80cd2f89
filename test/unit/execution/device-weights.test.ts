import { describe, expect, it } from 'vitest';
import { featurise } from '#architectures/esmfold/features';
import { fold } from '#architectures/esmfold/fold';
import { StageRunner } from '#architectures/esmfold/stage-runner';
import type { Engine, Executable, KeptTensor } from '#tensor/engine/engine';
import { isKept } from '#tensor/engine/feeds';
import { openEngine } from '#tensor/engine/open-engine';
import { tensorflowEngine } from '#tensor/engine/tensorflow';
import type { HostTensor } from '#tensor/tensor';
import { TINY_CONFIG, TINY_WEIGHTS } from '../../helpers/esmfold-tiny.js';
import { hasGraphicsCard, useGraphicsCard } from '../../helpers/graphics-card.js';
import { tensorflowOn } from '../../helpers/tensorflow.js';

const weightNames = [...TINY_WEIGHTS.names];

type Feeds = Readonly<Record<string, HostTensor | KeptTensor>>;

/** An engine that keeps tensors, and what goes to it. */
class CountingEngine implements Engine {
  readonly name = 'counting';
  readonly #engine: Engine;
  /** Tensors that it was given to keep, and those that it keeps now. */
  numUploads = 0;
  numKept = 0;
  /** Inputs that were fed from this process. */
  fed = new Set<string>();

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  async compile<Outputs extends string>(...[graph]: Parameters<Engine['compile']>) {
    const inner: Executable<string, HostTensor | KeptTensor> = await this.#engine.compile(graph);
    const run = (feeds: Feeds) => {
      for (const [name, feed] of Object.entries(feeds)) if (!isKept(feed)) this.fed.add(name);
      return inner.run(feeds);
    };
    return { run, dispose: () => inner.dispose() } as Executable<Outputs>;
  }

  keep = async (tensor: HostTensor): Promise<KeptTensor> => {
    this.numUploads++;
    this.numKept++;
    const kept = await this.#engine.keep!(tensor);
    const dispose = kept.dispose.bind(kept);
    return Object.assign(kept, {
      dispose: () => {
        this.numKept--;
        dispose();
      },
    });
  };
}

const ENGINES: [string, boolean, () => Promise<Engine>][] = [
  ['tensorflow', true, async () => tensorflowEngine(await tensorflowOn('wasm'))],
  ['webgpu', hasGraphicsCard(), () => openEngine({ device: 'webgpu', numThreads: 1 })],
];

describe.each(ENGINES)('weights on %s', { timeout: 300_000 }, (_, isHere, open) => {
  it.runIf(isHere)('travel there once, stay over lengths, and are freed in the end', async () => {
    useGraphicsCard();
    const engine = new CountingEngine(await open());
    const runner = new StageRunner(engine, TINY_WEIGHTS, TINY_CONFIG);
    const predict = (sequence: string) => fold(runner, featurise([sequence]), { numRecycles: 0 });
    const first = await predict('MKTAY');
    const { numUploads } = engine;
    expect(numUploads).toBeGreaterThan(100);
    engine.fed.clear();
    const second = await predict('MKTAY');
    expect(engine.numUploads).toBe(numUploads);
    expect(second.single).toBeCloseToTensor(first.single, { atol: 1e-6, rtol: 0 });
    expect([...engine.fed].filter((name) => weightNames.some((one) => one.endsWith(name)))).toEqual(
      [],
    );
    expect([...engine.fed]).toContain('aatype');
    await predict('MKT');
    expect(engine.numUploads).toBe(numUploads);
    await runner.close();
    expect(engine.numKept).toBe(0);
  });
});
