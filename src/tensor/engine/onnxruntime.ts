import type * as onnxruntime from 'onnxruntime-common';
import { FoldError } from '#errors';
import { inputName, outputName } from '#tensor/onnx/builder';
import { encodeModel } from '#tensor/onnx/model';
import { lowerToOnnx } from '#tensor/onnx/lower';
import type { HostTensor } from '#tensor/tensor';
import type { Engine } from './engine.js';
import { checkedFeeds } from './feeds.js';

/** The part of onnxruntime-node and onnxruntime-web that is used. */
type Runtime = Pick<typeof onnxruntime, 'InferenceSession' | 'Tensor'>;

/**
 * An engine on either build of onnxruntime.
 *
 * @param runtime the module
 * @param provider execution provider: `cpu`, `wasm`, `webgpu`, `cuda`
 * @param options passed to each session
 */
export function onnxruntimeEngine(
  runtime: Runtime,
  provider: string,
  options: onnxruntime.InferenceSession.SessionOptions = {},
): Engine {
  return {
    name: `onnxruntime-${provider}`,
    async compile(graph) {
      const model = encodeModel(lowerToOnnx(graph, { fusedMatmul: provider === 'cpu' }));
      const session = await runtime.InferenceSession.create(model, {
        executionProviders: [provider],
        ...options,
      }).catch(failed('refused a graph'));
      const toRuntime = ({ shape, data }: HostTensor) =>
        new runtime.Tensor(data instanceof Int32Array ? 'int32' : 'float32', data, shape);
      return {
        async run(feeds) {
          const inputs = Object.fromEntries(
            checkedFeeds(graph, feeds).map(([name, feed]) => [inputName(name), toRuntime(feed)]),
          );
          const results = await session.run(inputs).catch(failed('could not run a graph'));
          return Object.fromEntries(
            Object.keys(graph.outputs).map((name) => {
              const { dims, data } = results[outputName(name)]!;
              return [name, { shape: dims, data }];
            }),
          ) as Record<keyof typeof graph.outputs, HostTensor>;
        },
        dispose: () => session.release(),
      };
    },
  };
}

/** A handler that says what onnxruntime was asked to do when it failed. */
function failed(action: string): (cause: unknown) => never {
  return (cause) => {
    throw new FoldError('ENGINE_FAILED', `onnxruntime ${action}: ${String(cause)}`, { cause });
  };
}
