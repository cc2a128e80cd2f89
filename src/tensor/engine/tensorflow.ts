import type * as tensorflow from '@tensorflow/tfjs-core';
import { FoldError, invariant } from '#errors';
import type { Graph } from '#tensor/graph';
import type { DType, HostTensor, Tensor } from '#tensor/tensor';
import type {
  EngineFacts,
  Executable,
  KeptTensor,
  KnownEngine,
  ResidentExecutable,
} from './engine.js';
import { checkedFeeds, inputsOf, isKept } from './feeds.js';
import { evaluateNode } from './tensorflow-operations.js';

/** TensorFlow.js, whichever package it comes from. */
export type TensorFlow = typeof tensorflow;

/**
 * An engine that walks the graph with TensorFlow.js operations, on the backend that is active there.
 *
 * @param tf the module, its backend registered
 * @param place what the backend computes on, where it says more than its name
 */
export function tensorflowEngine(
  tf: TensorFlow,
  { device = tf.getBackend(), threads = 1 }: Partial<Pick<EngineFacts, 'device' | 'threads'>> = {},
): KnownEngine {
  return {
    name: `tensorflow-${device}`,
    facts: {
      name: 'tensorflow.js',
      version: tf.version_core,
      device,
      threads,
      precision: 'float32',
    },
    deviceMemory: {
      // The CPU backend goes on reading the array that it was given.
      upload: ({ shape, data }) =>
        Promise.resolve(new KeptByTensorflow(tf.keep(uploaded(tf, { shape, data: data.slice() })))),
      download: (tensor) => downloaded(valueOf(tf, tensor)),
      compile: (graph, staying) => Promise.resolve(residentExecutable(tf, graph, staying)),
    },
    // Nothing stays unless it is asked to.
    compile: (graph) => Promise.resolve(residentExecutable(tf, graph, []) as Executable),
  };
}

function residentExecutable(
  tf: TensorFlow,
  graph: Graph,
  staying: readonly string[],
): ResidentExecutable {
  const constants = uploadConstants(tf, graph);
  const lastUses = findLastUses(graph);
  let isDisposed = false;
  return {
    async run(feeds) {
      const entries = checkedFeeds(inputsOf(graph), feeds);
      if (isDisposed) throw new FoldError('ENGINE_FAILED', 'this graph was disposed');
      const results = tf.tidy(() => walk(tf, graph, { entries, constants, lastUses }));
      const given = Object.entries(results).map(
        async ([name, tensor]): Promise<[string, HostTensor | KeptTensor]> => [
          name,
          staying.includes(name) ? new KeptByTensorflow(tensor) : await downloaded(tensor),
        ],
      );
      return Object.fromEntries(
        await Promise.all(given).catch((cause: unknown) => {
          throw new FoldError('ENGINE_FAILED', `TensorFlow failed: ${String(cause)}`, { cause });
        }),
      );
    },
    dispose() {
      isDisposed = true;
      tf.dispose([...constants.values()]);
      constants.clear();
      return Promise.resolve();
    },
  };
}

/** A tensor of TensorFlow.js that outlives runs. */
class KeptByTensorflow implements KeptTensor {
  readonly value: tensorflow.Tensor;

  constructor(value: tensorflow.Tensor) {
    this.value = value;
  }

  get shape(): readonly number[] {
    return this.value.shape;
  }

  get dtype(): DType {
    return this.value.dtype as DType;
  }

  dispose(): void {
    this.value.dispose();
  }
}

function uploaded(tf: TensorFlow, { shape, data }: HostTensor): tensorflow.Tensor {
  return tf.tensor(data, [...shape], data instanceof Int32Array ? 'int32' : 'float32');
}

/** A value of the run's own: what is spent is disposed of, and a clone leaves what is kept. */
function valueOf(tf: TensorFlow, feed: HostTensor | KeptTensor): tensorflow.Tensor {
  if (!isKept(feed)) return uploaded(tf, feed);
  invariant(feed instanceof KeptByTensorflow, 'another engine keeps this tensor');
  return feed.value.clone();
}

interface Run {
  readonly entries: readonly [string, HostTensor | KeptTensor][];
  readonly constants: ReadonlyMap<Tensor, tensorflow.Tensor>;
  readonly lastUses: ReadonlyMap<Tensor, readonly Tensor[]>;
}

/** Computes the graph's outputs. Values are given back as soon as nothing needs them: pairs are large. */
function walk(
  tf: TensorFlow,
  graph: Graph,
  { entries, constants, lastUses }: Run,
): Record<string, tensorflow.Tensor> {
  const fed = new Map(entries);
  const values = new Map(constants);
  for (const node of graph.nodes) {
    if (node.operation.kind === 'input') {
      values.set(node, valueOf(tf, fed.get(node.operation.name)!));
    } else if (node.operation.kind !== 'constant') {
      const inputs = node.inputs.map((source) => values.get(source)!);
      values.set(
        node,
        tf.tidy(() => evaluateNode(tf, node, inputs)),
      );
    }
    for (const spent of lastUses.get(node) ?? []) {
      values.get(spent)!.dispose();
      values.delete(spent);
    }
  }
  return Object.fromEntries(
    Object.entries(graph.outputs).map(([name, tensor]) => [name, values.get(tensor)!.clone()]),
  );
}

/** The numbers of a tensor, which is given up for them. */
async function downloaded(tensor: tensorflow.Tensor): Promise<HostTensor> {
  try {
    const data = await tensor.data();
    // The CPU backend keeps the bytes of comparisons when it casts them.
    const numbers = tensor.dtype === 'int32' ? Int32Array.from(data) : Float32Array.from(data);
    return { shape: tensor.shape, data: numbers };
  } finally {
    tensor.dispose();
  }
}

/** Constants stay on the device from run to run. */
function uploadConstants(tf: TensorFlow, { nodes }: Graph): Map<Tensor, tensorflow.Tensor> {
  const constants = new Map<Tensor, tensorflow.Tensor>();
  for (const node of nodes) {
    const { operation, shape, dtype } = node;
    if (operation.kind !== 'constant') continue;
    constants.set(node, tf.keep(tf.tensor(operation.data.slice(), [...shape], dtype)));
  }
  return constants;
}

/** For each node, the values that are not needed once it is computed. */
function findLastUses({ nodes, outputs }: Graph): Map<Tensor, Tensor[]> {
  const needed = new Set<Tensor>(Object.values(outputs));
  const lastUses = new Map<Tensor, Tensor[]>();
  for (const node of nodes.toReversed()) {
    const spent = new Set(node.inputs.filter((source) => !needed.has(source)));
    for (const source of spent) needed.add(source);
    lastUses.set(
      node,
      [...spent].filter(({ operation }) => operation.kind !== 'constant'),
    );
  }
  return lastUses;
}
