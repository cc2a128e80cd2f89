import { setTimeout as delay } from 'node:timers/promises';
import { FoldError } from '#errors';
import type { AttentionSizes, BlockAttention } from '#architectures/family';
import { packAttention } from '#predict/packed-attention';
import type { Prediction, PredictionRequest, Predictor } from '#predict/prediction';
import { aatypeOf } from '#sequence/amino-acids';
import { ATOM14_MASK } from '#structure/residues/atoms';

/** How the fake behaves; sequences can override it, see `fakePredictor`. */
export interface FakeOptions {
  readonly name?: string;
  readonly sha256?: string;
  readonly readsAlignments?: boolean;
  readonly readsTemplates?: boolean;
  /** Of a whole prediction. */
  readonly durationMs?: number | ((request: PredictionRequest) => number);
  /** Called at the start of each prediction; what it throws is the prediction's end. */
  readonly onStart?: (request: PredictionRequest) => void;
  /** What it predicts; by default {@link fakePrediction}. */
  readonly fold?: (request: PredictionRequest, model: Prediction['model']) => Prediction;
  /** Called at the start of each run for attention. */
  readonly onAttention?: () => void;
  /** Of a run for attention. */
  readonly attentionMs?: number;
  /** What it attends to, `[N, N]`; by default everything alike. */
  readonly attend?: (prediction: Prediction, head: FakeHead) => Float32Array;
}

/** A head of a fake predictor. */
export interface FakeHead extends Pick<BlockAttention, 'network' | 'block'> {
  readonly head: number;
}

/** What the fake says that it computes on. */
export const FAKE_ENGINE = {
  name: 'fake-engine',
  version: '1.2.3',
  device: 'cpu',
  threads: 2,
  precision: 'float32',
} as const;

const NUM_BLOCKS = 4;
/** What fake predictors show. */
export const FAKE_ATTENTION: readonly AttentionSizes[] = [
  { network: 'language-model', numBlocks: 2, numHeads: 5 },
  { network: 'trunk', numBlocks: NUM_BLOCKS, numHeads: 3 },
];

/**
 * A predictor without a model: every chain becomes an ideal alpha helix, confidence and errors are functions of the
 * sequence alone, so that the same input gives the same bytes in every process.
 */
export function fakePredictor({
  name = 'fake',
  sha256 = 'f'.repeat(64),
  readsAlignments = false,
  readsTemplates = false,
  durationMs = 20,
  onStart,
  fold = fakePrediction,
  attend = attendToAll,
  onAttention,
  attentionMs = 0,
}: FakeOptions = {}): Predictor {
  const model = {
    name,
    sha256,
    family: 'fake',
    numBlocks: NUM_BLOCKS,
    attention: FAKE_ATTENTION,
    numRecycles: 2,
    readsAlignments,
    stopsEarly: false,
    readsTemplates,
  };
  return {
    model,
    engine: FAKE_ENGINE,
    estimate({ chainLengths, numRecycles = model.numRecycles }) {
      const numResidues = chainLengths.reduce((sum, length) => sum + length, 0);
      return {
        seconds: (numResidues * (numRecycles + 1)) / 1000,
        megabytes: 50 + (numResidues * numResidues) / 1000,
      };
    },
    async predict(request, { signal, onProgress } = {}) {
      const prediction = fold(request, { name, sha256 });
      const numPasses = prediction.numRecycles + 1;
      const total = typeof durationMs === 'function' ? durationMs(request) : durationMs;
      onStart?.(request);
      for (let pass = 0; pass < numPasses; pass++) {
        for (let block = 1; block <= NUM_BLOCKS; block++) {
          await pause(total / (numPasses * NUM_BLOCKS), signal);
          if (block < NUM_BLOCKS) onProgress?.({ pass, numPasses, block, numBlocks: NUM_BLOCKS });
        }
        const { atom14, plddt } = prediction;
        onProgress?.({ pass: pass + 1, numPasses, block: 0, numBlocks: NUM_BLOCKS, atom14, plddt });
      }
      return prediction;
    },
    async attention(request, { onBlock, signal }) {
      onAttention?.();
      await pause(attentionMs, signal);
      const prediction = fold(request, { name, sha256 });
      for (const { network, numBlocks, numHeads } of FAKE_ATTENTION)
        for (let block = 0; block < numBlocks; block++) {
          const maps = Array.from({ length: numHeads }, (_, head) =>
            attend(prediction, { network, block, head }),
          );
          const weights = new Float32Array(maps.flatMap((map) => [...map]));
          onBlock(packAttention({ network, block, weights }, prediction.aatype.length));
        }
    },
    close: () => Promise.resolve(),
  };
}

const attendToAll: NonNullable<FakeOptions['attend']> = ({ aatype: { length } }) =>
  new Float32Array(length * length).fill(1 / length);

async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  await delay(ms, undefined, signal ? { signal } : {}).catch((cause: unknown) => {
    throw new FoldError('JOB_CANCELLED', 'the prediction was cancelled', { cause });
  });
}

/** The prediction that `fakePredictor` gives at once. */
export function fakePrediction(
  { name, chains, numRecycles = 2 }: PredictionRequest,
  model = { name: 'fake', sha256: 'f'.repeat(64) },
): Prediction {
  const sequence = chains.map((chain) => chain.sequence).join('');
  const aatype = aatypeOf(sequence);
  const n = aatype.length;
  const plddt = Float32Array.from(aatype, (type, i) => 40 + ((type * 7 + i * 13) % 60));
  return {
    name,
    model,
    engine: FAKE_ENGINE,
    numRecycles,
    chains,
    aatype,
    chainIndex: Int32Array.from(chains.flatMap((c, i) => Array<number>(c.sequence.length).fill(i))),
    residueNumber: Int32Array.from(chains.flatMap((c) => Array.from(c.sequence, (_, i) => i + 1))),
    atom14: helix(n),
    atom14Mask: Uint8Array.from({ length: 14 * n }, (_, i) => {
      return ATOM14_MASK[14 * aatype[Math.floor(i / 14)]! + (i % 14)]!;
    }),
    plddt,
    meanPlddt: plddt.reduce((sum, value) => sum + value, 0) / n,
    ptm: 0.5 + (n % 50) / 100,
    pae: Float32Array.from({ length: n * n }, (_, k) => Math.min(31.75, Math.abs((k % n) - k / n))),
    maxPae: 31.75,
    contacts: Float32Array.from({ length: n * n }, (_, k) => 1 / (1 + Math.abs((k % n) - k / n))),
    embedding: Float32Array.from(
      { length: 20 },
      (_, k) => aatype.filter((t) => t === k).length / n,
    ),
  };
}

/** `[N, 14, 3]` alpha helix: 100 degrees and 1.5 Å a residue, the slots stacked outwards. */
function helix(numResidues: number): Float32Array {
  const atom14 = new Float32Array(42 * numResidues);
  for (let atom = 0; atom < 14 * numResidues; atom++) {
    const [residue, slot] = [Math.floor(atom / 14), atom % 14];
    const angle = ((100 * residue + 25 * Math.min(slot, 4)) * Math.PI) / 180;
    const radius = 2.3 + 0.9 * Math.max(0, slot - 2);
    atom14[3 * atom] = radius * Math.cos(angle);
    atom14[3 * atom + 1] = radius * Math.sin(angle);
    atom14[3 * atom + 2] = 1.5 * residue + 0.5 * Math.min(slot, 3);
  }
  return atom14;
}
