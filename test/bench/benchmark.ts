import type { HostTensor, Tensor } from '#tensor/tensor';

/** One computation, done by both contestants on the same numbers. */
export interface Benchmark {
  readonly name: string;
  readonly outputs: Readonly<Record<string, Tensor>>;
  readonly feeds: Readonly<Record<string, HostTensor>>;
  /** What `torch_reference.py` calls it, and its options; without it only we are measured. */
  readonly torch?: { readonly case: string; readonly options: object };
  /** Largest ratio of our time to PyTorch's that we promise. */
  readonly bar?: number;
  /** The same with `--precision int8`; absent where that is not promised anything. */
  readonly int8Bar?: number;
  /** How often a prediction does it. */
  readonly times?: number;
  /** Floating point operations, where the rate is of interest. */
  readonly operations?: number;
}
