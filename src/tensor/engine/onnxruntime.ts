import type * as onnxruntime from 'onnxruntime-common';
import { FoldError } from '#errors';
import { inputName, outputName } from '#tensor/onnx/builder';
import { encodeModel } from '#tensor/onnx/model';
import { lowerToOnnx } from '#tensor/onnx/lower';
import type { HostTensor } from '#tensor/tensor';
import type { Engine, Executable } from './engine.js';
import { checkedFeeds, inputsOf, outputsOf, type TensorSpec } from './feeds.js';

/** The part of onnxruntime-node and onnxruntime-web that is used. */
type Runtime = Pick<typeof onnxruntime, 'InferenceSession' | 'Tensor'>;

/** A graph as onnxruntime takes it. */
export interface EncodedGraph {
  /** An ONNX model. */
  readonly encoded: Uint8Array;
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
}

/** Makes encoded graphs ready to run. */
export type ModelOpener = (graph: EncodedGraph) => Promise<Executable>;

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
  const open = onnxruntimeModels(runtime, provider, options);
  return {
    name: `onnxruntime-${provider}`,
    async compile(graph) {
      const executable = await open({
        encoded: encodeModel(lowerToOnnx(graph, { fusedMatmul: provider === 'cpu' })),
        inputs: inputsOf(graph),
        outputs: outputsOf(graph),
      });
      return executable;
    },
  };
}

/** As {@link onnxruntimeEngine}, of graphs that were encoded already. */
export function onnxruntimeModels(
  runtime: Runtime,
  provider: string,
  options: onnxruntime.InferenceSession.SessionOptions,
): ModelOpener {
  return async ({ encoded, inputs, outputs }) => {
    const session = await runtime.InferenceSession.create(encoded, {
      executionProviders: [provider],
      ...options,
    }).catch(failed('refused a graph'));
    const toRuntime = ({ shape, data }: HostTensor) =>
      new runtime.Tensor(data instanceof Int32Array ? 'int32' : 'float32', data, shape);
    return {
      async run(feeds) {
        const fed = Object.fromEntries(
          checkedFeeds(inputs, feeds).map(([name, feed]) => [inputName(name), toRuntime(feed)]),
        );
        const results = await session.run(fed).catch(failed('could not run a graph'));
        return Object.fromEntries(
          outputs.map(({ name }) => {
            const { dims, data } = results[outputName(name)]!;
            return [name, { shape: dims, data } as HostTensor];
          }),
        );
      },
      dispose: () => session.release(),
    };
  };
}

/** A handler that says what onnxruntime was asked to do when it failed. */
function failed(action: string): (cause: unknown) => never {
  return (cause) => {
    throw new FoldError('ENGINE_FAILED', `onnxruntime ${action}: ${String(cause)}`, { cause });
  };
}
