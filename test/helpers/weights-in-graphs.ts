/** @file The way in which a graphics card of NVIDIA is used, on the processor: its weights are part of graphs. */
import type { Engine, KnownEngine, WeightCapacity } from '#tensor/engine/engine';
import { providerEngine } from '#tensor/engine/onnxruntime-node';
import { PROVIDERS } from '#tensor/engine/providers';

/** An engine on the processor with the traits of CUDA. @param capacity of graphs, smaller than there */
export function engineWithWeightsInGraphs(capacity: Partial<WeightCapacity> = {}): KnownEngine {
  const weightsInGraphs = { ...PROVIDERS.cuda.weightsInGraphs!, ...capacity };
  return providerEngine('cpu', {
    numThreads: 1,
    traits: { ...PROVIDERS.cuda, weightsInGraphs },
  });
}

/** An engine, and what was compiled and fed to it. */
export function counted(engine: Engine) {
  const counts = { graphs: 0, open: 0, weightBytes: 0, runs: 0 };
  const inner = engine.withWeights!;
  const withWeights: Engine['withWeights'] = {
    ...inner,
    async compile(graph, weights) {
      const executable = await inner.compile(graph, weights);
      counts.graphs++;
      counts.open++;
      for (const { data } of Object.values(weights)) counts.weightBytes += data.byteLength;
      return {
        run: (feeds) => {
          counts.runs++;
          return executable.run(feeds);
        },
        dispose: () => {
          counts.open--;
          return executable.dispose();
        },
      };
    },
  };
  const refuse = () => Promise.reject(new Error('a graph was compiled without its weights'));
  return { counts, engine: { ...engine, withWeights, compile: refuse, compileNarrow: refuse } };
}
