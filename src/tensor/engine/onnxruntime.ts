import type * as onnxruntime from 'onnxruntime-common';
import { FoldError } from '#errors';
import type { Graph } from '#tensor/graph';
import { typeOf, type Feed, type NarrowInputs } from '#tensor/narrow';
import { inputName, outputName } from '#tensor/onnx/builder';
import { lowerToOnnx } from '#tensor/onnx/lower';
import { encodeModel } from '#tensor/onnx/model';
import type { HostTensor } from '#tensor/tensor';
import type { EngineFacts, Executable, KnownEngine } from './engine.js';
import {
  checkedFeeds,
  narrowInputsOf,
  outputsOf,
  type FeedSpec,
  type TensorSpec,
} from './feeds.js';

/** The part of onnxruntime-node and onnxruntime-web that is used. */
type Runtime = Pick<typeof onnxruntime, 'InferenceSession' | 'Tensor' | 'env'>;

/** A graph as onnxruntime takes it. */
export interface EncodedGraph {
  /** An ONNX model. */
  readonly encoded: Uint8Array;
  readonly inputs: readonly FeedSpec[];
  readonly outputs: readonly TensorSpec[];
}

/** Makes encoded graphs ready to run. */
export type ModelOpener = (graph: EncodedGraph) => Promise<Executable<string, Feed>>;

/**
 * An engine on either build of onnxruntime.
 *
 * @param runtime the module
 * @param place `device`: the execution provider, `cpu`, `wasm`, `webgpu` or `cuda`; `threads` that it was given
 * @param options passed to each session
 */
export function onnxruntimeEngine(
  runtime: Runtime,
  { device, threads }: Pick<EngineFacts, 'device' | 'threads'>,
  options: onnxruntime.InferenceSession.SessionOptions = {},
): KnownEngine {
  const open = onnxruntimeModels(runtime, device, options);
  const isCpu = device === 'cpu';
  const compileNarrow = (graph: Graph, narrow: NarrowInputs) =>
    open({
      encoded: encodeModel(lowerToOnnx(graph, { fusedMatmul: isCpu, narrow })),
      inputs: narrowInputsOf(graph, narrow),
      outputs: outputsOf(graph),
    });
  return {
    name: `onnxruntime-${device}`,
    facts: { name: 'onnxruntime', version: runtime.env.versions.common, device, threads },
    compile: (graph) => compileNarrow(graph, new Map()),
    ...(isCpu ? { compileNarrow } : {}),
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
    return {
      async run(feeds) {
        const fed = Object.fromEntries(
          checkedFeeds(inputs, feeds).map(([name, feed]) => [
            inputName(name),
            toRuntime(runtime, feed),
          ]),
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

/**
 * Where JavaScript has a `Float16Array`, as from Node 24 on, `Tensor` would turn the bit patterns of float16 into one,
 * and the native library reads that as empty. So they go in as uint16, under the name of what they stand for.
 */
function toRuntime({ Tensor }: Runtime, feed: Feed): onnxruntime.Tensor {
  const type = typeOf(feed);
  if (type !== 'float16') return new Tensor(type, feed.data, feed.shape);
  return Object.assign(new Tensor('uint16', feed.data, feed.shape), { type });
}

/** A handler that says what onnxruntime was asked to do when it failed. */
function failed(action: string): (cause: unknown) => never {
  return (cause) => {
    throw new FoldError('ENGINE_FAILED', `onnxruntime ${action}: ${String(cause)}`, { cause });
  };
}
