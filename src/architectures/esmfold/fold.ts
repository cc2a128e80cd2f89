import type { PassOptions } from '#architectures/family';
import { foldedStarts } from '#chain-folding/folded-frames';
import type { Scaffold } from '#chain-folding/scaffold';
import type { ResultsOf } from '#execution/stage';
import { blockScopes } from '#execution/stage-parameters';
import { stopIfAborted } from '#execution/stop-if-aborted';
import { relativePositionBins } from '#layers/relative-position';
import { UNKNOWN_AATYPE } from '#sequence/amino-acids';
import { carbonylOxygen } from '#structure/backbone/carbonyl-oxygen';
import { pointAt } from '#structure/geometry/vector3';
import { CA_SLOT, C_SLOT, N_SLOT, O_SLOT } from '#structure/residues/atoms';
import { sizeOf, type Shape } from '#tensor/shape';
import type { HostTensor } from '#tensor/tensor';
import type { FoldModelConfig } from './config.js';
import { type Features, padFeatures } from './features.js';
import { tokenise } from './language-model/tokens.js';
import * as stages from './stages.js';
import { AttentionMaps } from './attention-maps.js';
import { requireFinite } from '#execution/finite-results';
import type { StageRunner } from './stage-runner.js';

type Tensors = Readonly<Record<string, HostTensor>>;
type Representations = ResultsOf<typeof stages.blockStage>;
type Structure = ResultsOf<typeof stages.structureStage>;
type Embedded = ResultsOf<typeof stages.embedStage> &
  Partial<ResultsOf<typeof stages.pairStartStage>>;

/** What all stages read of the residues. */
interface Residues extends Tensors {
  /** `[1, P]` */
  readonly aatype: HostTensor;
  /** `[1, P]` 0 where it is padding */
  readonly mask: HostTensor;
  /** `[1, P, P]` */
  readonly positionBins: HostTensor;
}

/**
 * Everything a model says of one sequence: P residues, linkers included, the first of which are those of its features;
 * what follows is padding. Names as in `architectures/esmfold/stages.ts`.
 */
export interface FoldOutput {
  /** `[1, P, cS]` */
  readonly single: HostTensor;
  /** `[1, P, P, cZ]` */
  readonly pair: HostTensor;
  /** `[1, P, cS]` */
  readonly startSingle: HostTensor;
  readonly structure: Structure;
  readonly pairHeads: ResultsOf<typeof stages.pairHeadStage>;
}

/** What to do while folding. */
export interface FoldOptions extends PassOptions<Structure> {
  /** Where residues are known to lie, for models that fold by their torsions. */
  readonly scaffold?: Scaffold | undefined;
  /** Called with what a layer of the language model starts from. */
  readonly onLayer?: (layer: number, inputs: Tensors) => Promise<void>;
  /** Called with the representations that a block of the last pass starts from. */
  readonly onLastPassBlock?: (block: number, inputs: Tensors) => Promise<void>;
}

const zeros = (shape: Shape): HostTensor => ({ shape, data: new Float32Array(sizeOf(shape)) });

/**
 * Folds one sequence: language model, passes through trunk and structure module, heads.
 *
 * @param features of all chains, joined
 * @throws {@link FoldError} `JOB_CANCELLED` between two blocks after `signal` aborts; `WEIGHTS_NOT_FINITE`,
 *   `RESULT_NOT_FINITE`
 */
export async function fold(
  runner: StageRunner,
  features: Features,
  options: FoldOptions = {},
): Promise<FoldOutput> {
  const { config } = runner;
  const length = features.aatype.length;
  const numResidues = runner.paddedLength(length);
  await runner.prepare({ batch: 1, numResidues });
  const residues = residueTensors(padFeatures(features, numResidues), length, config);
  const tokens = tokenise(features.aatype, numResidues);
  const embedded = await embed(runner, residues, tokens, options);
  const numPasses = (options.numRecycles ?? config.numRecycles) + 1;
  let recycled = {
    single: zeros([1, numResidues, config.trunk.singleChannels]),
    pair: zeros([1, numResidues, numResidues, config.trunk.pairChannels]),
    atom14: zeros([1, numResidues, 14, 3]),
  };
  for (let pass = 0; ; pass++) {
    const isLast = pass === numPasses - 1;
    const start = { ...residues, ...embedded, ...recycled };
    const updated = await runTrunk(runner, start, pass, isLast, options);
    const known = { ...residues, ...embedded, ...updated };
    const structure = await runner.run(stages.structureStage, '', {
      ...known,
      ...(await startingFrames(runner, known, options.scaffold)),
    });
    const { atom14 } = structure;
    if (config.startsFromFoldedChain) {
      placeOxygens(atom14, residues.aatype);
      requireFinite({ atom14 }, 'placing oxygens');
    }
    options.onPass?.(pass, structure);
    if (isLast) {
      const pairHeads = await runner.run(stages.pairHeadStage, '', { ...residues, ...updated });
      return { ...updated, startSingle: embedded.startSingle, structure, pairHeads };
    }
    recycled = { ...updated, atom14 };
  }
}

/** @param length residues that are not padding */
function residueTensors(
  features: Features,
  length: number,
  { trunk }: FoldModelConfig,
): Residues & Tensors {
  const { aatype, residueIndex } = features;
  const numResidues = aatype.length;
  return {
    aatype: { shape: [1, numResidues], data: aatype },
    mask: { shape: [1, numResidues], data: new Float32Array(numResidues).fill(1, 0, length) },
    scored: { shape: [1, numResidues], data: scoredResidues(features) },
    positionBins: {
      shape: [1, numResidues, numResidues],
      data: relativePositionBins(residueIndex, trunk.positionBins),
    },
  };
}

/** `[P]` 1 where a residue belongs to a chain, 0 in linkers and padding. */
function scoredResidues({ aatype, residues }: Features): Float32Array {
  const scored = new Float32Array(aatype.length);
  for (const residue of residues) scored[residue] = 1;
  return scored;
}

/** Frames that the structure module starts from: those of the chain that suits the predicted distances. */
async function startingFrames(
  runner: StageRunner,
  known: Residues & Embedded & Representations,
  scaffold: Scaffold | undefined,
): Promise<Tensors> {
  const { likelyTorsions, torsionLogits, secondaryStructureLogits } = known;
  if (!likelyTorsions || !torsionLogits || !secondaryStructureLogits) return {};
  const distances = await runner.run(stages.distogramStage, '', known);
  const local = { likelyTorsions, torsionLogits, secondaryStructureLogits };
  return foldedStarts(known, { ...distances, ...local }, scaffold);
}

/**
 * Puts each O into the plane of the peptide bond that follows. The structure module turns it by a predicted psi, which
 * knows nothing of where the folded chain goes on.
 *
 * @param atom14 `[1, N, 14, 3]` changed; the last residue's O stays, and that of a residue before an X, which has no atoms
 * @param aatype `[1, N]`
 */
function placeOxygens({ data }: HostTensor, { data: aatype }: HostTensor): void {
  for (let i = 0; i + 1 < aatype.length; i++) {
    if (aatype[i] === UNKNOWN_AATYPE || aatype[i + 1] === UNKNOWN_AATYPE) continue;
    const at = (residue: number, slot: number) => pointAt(data, 14 * residue + slot);
    const oxygen = carbonylOxygen(at(i, CA_SLOT), at(i, C_SLOT), at(i + 1, N_SLOT));
    data.set(oxygen, 3 * (14 * i + O_SLOT));
  }
}

/** Language model and embedder: what every pass starts from. */
async function embed(
  runner: StageRunner,
  residues: Residues,
  tokens: Int32Array,
  { signal, onLayer }: FoldOptions,
): Promise<Embedded> {
  const { mixWeights } = await runner.run(stages.mixWeightStage, '', {});
  const mixWeight = (layer: number): HostTensor => ({
    shape: [1],
    data: mixWeights.data.slice(layer, layer + 1),
  });
  const { numLayers } = runner.config.languageModel;
  const { tokenMask, ...state } = await runner.run(stages.tokenStage, '', {
    tokens: { shape: [1, tokens.length], data: tokens },
    mixWeight: mixWeight(0),
  });
  const maps = new AttentionMaps(runner.config.languageModel);
  const scopes = blockScopes('esm.encoder.layer.', numLayers);
  const runFrom = (first: number, end?: number) =>
    runner.runBlocks(stages.languageModelStage, {
      scopes: scopes.slice(first, end),
      carried: state,
      feeds: { tokenMask },
      // The last layer's state enters the mix after the final norm, which the next stage applies.
      ofBlock: (layer) => ({
        mixWeight: first + layer === numLayers - 1 ? zeros([1]) : mixWeight(first + layer + 1),
      }),
      before: () => {
        stopIfAborted(signal);
      },
      after: (layer, { maps: ofLayer }) => {
        if (ofLayer) maps.add(first + layer, ofLayer);
      },
    });
  const look = onLayer && ((layer: number) => onLayer(layer, { hidden: state.hidden, tokenMask }));
  await runWatched(runFrom, numLayers, look);
  const feeds = { ...residues, ...state, mixWeight: mixWeight(numLayers) };
  const embedded = await runner.run(stages.embedStage, '', feeds);
  if (!runner.config.usesAttentionMaps) return embedded;
  return {
    ...embedded,
    ...(await runner.run(stages.pairStartStage, '', { maps: maps.joined() })),
  };
}

/** One pass through the trunk. */
async function runTrunk(
  runner: StageRunner,
  start: Residues,
  pass: number,
  isLast: boolean,
  { signal, onBlock, onLastPassBlock }: FoldOptions,
): Promise<Representations> {
  const representations = await runner.run(stages.passStage, 'trunk.', start);
  const { mask } = start;
  const scopes = blockScopes('trunk.blocks.', runner.config.trunk.numBlocks);
  const runFrom = (first: number, end?: number) =>
    runner.runBlocks(stages.blockStage, {
      scopes: scopes.slice(first, end),
      carried: representations,
      feeds: { mask },
      before: () => {
        stopIfAborted(signal);
      },
      after: (block) => onBlock?.(pass, first + block),
    });
  const look =
    isLast && onLastPassBlock
      ? (block: number) => onLastPassBlock(block, { mask, ...representations })
      : undefined;
  await runWatched(runFrom, scopes.length, look);
  return representations;
}

/** Runs blocks in one go, or one by one where what each starts from is looked at. */
async function runWatched(
  runFrom: (first: number, end?: number) => Promise<unknown>,
  numBlocks: number,
  look: ((block: number) => Promise<void>) | undefined,
): Promise<void> {
  if (!look) {
    await runFrom(0);
    return;
  }
  for (let block = 0; block < numBlocks; block++) {
    await look(block);
    await runFrom(block, block + 1);
  }
}
