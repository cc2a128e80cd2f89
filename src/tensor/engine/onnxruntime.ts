import type * as onnxruntime from 'onnxruntime-common';
import { FoldError, messageOf } from '#errors';
import type { Graph } from '#tensor/graph';
import { int8Factors } from '#tensor/int8-products';
import { typeOf, type Feed, type NarrowInputs } from '#tensor/narrow';
import { inputName, outputName } from '#tensor/onnx/builder';
import { lowerToOnnx } from '#tensor/onnx/lower';
import { encodeModel } from '#tensor/onnx/model';
import type { HostTensor } from '#tensor/tensor';
import type {
  DeviceMemory,
  Executable,
  KeptTensor,
  KnownEngine,
  ResidentExecutable,
  WeightCompiler,
} from './engine.js';
import {
  checkedFeeds,
  inputsOf,
  isKept,
  narrowInputsOf,
  outputsOf,
  type FeedSpec,
  type TensorSpec,
} from './feeds.js';
import { deviceTransfers, KeptOnDevice, valueOf } from './kept-on-device.js';
import { PROVIDERS, type ProviderName, type ProviderTraits } from './providers.js';

/** The part of onnxruntime-node and onnxruntime-web that is used. */
export type Runtime = Pick<typeof onnxruntime, 'InferenceSession' | 'Tensor' | 'env'>;

/** How onnxruntime opens a graph. */
export type SessionOptions = onnxruntime.InferenceSession.SessionOptions;

/** A graph as onnxruntime takes it. */
export interface EncodedGraph {
  /** An ONNX model. */
  readonly encoded: Uint8Array;
  readonly inputs: readonly FeedSpec[];
  readonly outputs: readonly TensorSpec[];
}

/** Makes encoded graphs ready to run. */
export type ModelOpener = (graph: EncodedGraph) => Promise<Executable<string, Feed | KeptTensor>>;

/** The same, of graphs some of whose outputs stay on the device. */
type ResidentOpener = (
  graph: EncodedGraph,
  staying: readonly string[],
) => Promise<ResidentExecutable>;

/**
 * An engine on either build of onnxruntime.
 *
 * @param runtime the module
 * @param place the execution provider, and the threads that it was given
 * @param options passed to each session
 * @param traits of the provider, or of another whose ways it shall take
 */
export function onnxruntimeEngine(
  runtime: Runtime,
  { device, threads }: { readonly device: ProviderName; readonly threads: number },
  options: SessionOptions = {},
  traits: ProviderTraits = PROVIDERS[device],
): KnownEngine {
  const open = onnxruntimeModels(runtime, device, options);
  const { int8Products = false } = traits;
  const compileNarrow = (graph: Graph, narrow: NarrowInputs) =>
    open({
      encoded: encodeModel(lowerToOnnx(graph, { ...traits, narrow })),
      inputs: narrowInputsOf(graph, narrow, int8Products ? int8Factors(graph) : new Set()),
      outputs: outputsOf(graph),
    });
  return {
    name: `onnxruntime-${device}`,
    facts: {
      name: 'onnxruntime',
      version: runtime.env.versions.common,
      device,
      threads,
      precision: int8Products ? 'int8' : 'float32',
    },
    int8Products,
    compile: (graph) => compileNarrow(graph, new Map()),
    ...(traits.narrowTypes ? { compileNarrow } : {}),
    ...(traits.keepsTensors ? { deviceMemory: memoryOf(runtime, device, options, traits) } : {}),
    ...(traits.weightsInGraphs ? { withWeights: weightCompiler(open, traits) } : {}),
  };
}

function memoryOf(
  runtime: Runtime,
  device: ProviderName,
  options: SessionOptions,
  traits: ProviderTraits,
): DeviceMemory {
  const open = residentModels(runtime, device, options);
  return {
    ...deviceTransfers(runtime, device, options),
    compile: (graph, staying) =>
      open(
        {
          encoded: encodeModel(lowerToOnnx(graph, traits)),
          inputs: inputsOf(graph),
          outputs: outputsOf(graph),
        },
        staying,
      ),
  };
}

function weightCompiler(
  open: ModelOpener,
  { weightsInGraphs, ...support }: ProviderTraits,
): WeightCompiler {
  return {
    ...weightsInGraphs!,
    compile: (graph, fixed) =>
      open({
        encoded: encodeModel(lowerToOnnx(graph, { ...support, fixed })),
        inputs: inputsOf(graph).filter(({ name }) => !(name in fixed)),
        outputs: outputsOf(graph),
      }),
  };
}

/** As {@link onnxruntimeEngine}, of graphs that were encoded already. */
export function onnxruntimeModels(
  runtime: Runtime,
  provider: ProviderName,
  options: SessionOptions,
): ModelOpener {
  const open = residentModels(runtime, provider, options);
  // Nothing stays elsewhere unless it is asked to.
  return (graph) => open(graph, []) as Promise<Executable<string, Feed | KeptTensor>>;
}

function residentModels(
  runtime: Runtime,
  provider: ProviderName,
  options: SessionOptions,
): ResidentOpener {
  return async ({ encoded, inputs, outputs }, staying) => {
    const place = ({ name }: TensorSpec) =>
      [outputName(name), staying.includes(name) ? 'gpu-buffer' : 'cpu'] as const;
    const session = await runtime.InferenceSession.create(encoded, {
      executionProviders: [provider],
      ...options,
      ...(staying.length > 0
        ? { preferredOutputLocation: Object.fromEntries(outputs.map(place)) }
        : {}),
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
          outputs.map(({ name, dtype }): [string, HostTensor | KeptTensor] => {
            const result = results[outputName(name)]!;
            if (staying.includes(name)) return [name, new KeptOnDevice(result, dtype)];
            return [name, { shape: result.dims, data: result.data } as HostTensor];
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
function toRuntime({ Tensor }: Runtime, feed: Feed | KeptTensor): onnxruntime.Tensor {
  if (isKept(feed)) return valueOf(feed);
  const type = typeOf(feed);
  if (type !== 'float16') return new Tensor(type, feed.data, feed.shape);
  return Object.assign(new Tensor('uint16', feed.data, feed.shape), { type });
}

/** What went wrong; onnxruntime says first in which of its files, and WebGPU in the end what it was doing. */
export function lastSentence(cause: unknown): string {
  return messageOf(cause)
    .replace(/\n\s+(?:- |at ).*$/s, '')
    .trim()
    .split(/(?<=\.)\s+/)
    .at(-1)!;
}

/** A handler that says what onnxruntime was asked to do when it failed. */
function failed(action: string): (cause: unknown) => never {
  return (cause) => {
    throw new FoldError('ENGINE_FAILED', `onnxruntime ${action}: ${lastSentence(cause)}`, {
      cause,
    });
  };
}
