import { tokenise } from '#architectures/esmfold/language-model/tokens';
import { relativePositionBins } from '#layers/relative-position';
import { backboneFrames, pseudoBeta } from '#structure/backbone/backbone-frames';
import { torsionsOf } from '#structure/backbone/torsions';
import { CA_SLOT, N_SLOT, O_SLOT } from '#structure/residues/atoms';
import { atomPositions, type ResidueAtoms } from '#structure/residues/residue-atoms';
import type { HostTensor } from '#tensor/tensor';
import { isBondedToNext } from '#training/data-build/complete-backbone';
import { chainAtoms, type ChainRecord, type Dataset } from './dataset.js';
import type { LocalLabels } from './local-labels.js';

/** Residue index of padding, which relative position knows. */
const PADDING_INDEX = -1;

/**
 * Feeds of one folding example: a window of a chain, padded to `size` residues.
 *
 * @param dataset where the chain's coordinates lie
 * @param chain any of it
 * @param labels of the whole chain
 * @param window first residue, number of residues, and the bins of relative position
 */
export function foldExample(
  dataset: Dataset,
  chain: ChainRecord,
  labels: LocalLabels,
  window: { readonly start: number; readonly size: number; readonly positionBins: number },
): Record<string, HostTensor> {
  const { start, size, positionBins } = window;
  const atoms = windowOf(chainAtoms(dataset, chain), start, size);
  const count = atoms.aatype.length;
  const frames = backboneFrames(atoms);
  const beta = pseudoBeta(atoms);
  const nitrogen = atomPositions(atoms, () => N_SLOT);
  const oxygen = atomPositions(atoms, () => O_SLOT);
  const torsions = torsionsOf(atoms);
  const torsionMask = chain.kind === 'ca-only' ? new Uint8Array(count * 7) : torsions.mask;
  const index = new Int32Array(size).fill(PADDING_INDEX);
  const first = Math.min(...Array.from(atoms.residueIndex));
  index.set(Array.from(atoms.residueIndex, (number) => number - first));
  const local = (values: ArrayLike<number>) =>
    Int32Array.from({ length: size }, (_, i) => (i < count ? values[start + i]! : -1));
  const known = (classes: Int32Array) =>
    floats(
      [1, size],
      classes.map((c) => Number(c >= 0)),
    );
  const tokens = tokenise(atoms.aatype, size);
  const [torsion, states] = [local(labels.torsionClass), local(labels.secondaryStructure)];
  return {
    tokens: integers([1, size + 2], tokens),
    residue: integers([1, size + 2], tokens),
    residueMask: floats([1, size + 2], []),
    aatype: integers([1, size], atoms.aatype),
    mask: floats([1, size], new Float32Array(count).fill(1)),
    positionBins: integers([1, size, size], relativePositionBins(index, positionBins)),
    trueRotation: floats([1, size, 3, 3], frames.rotation),
    trueTranslation: floats([1, size, 3], frames.translation),
    frameMask: floats([1, size], frames.mask),
    trueBeta: floats([1, size, 3], beta.positions),
    betaMask: floats([1, size], beta.mask),
    trueNitrogen: floats([1, size, 3], nitrogen.positions),
    nitrogenMask: floats([1, size], nitrogen.mask),
    trueOxygen: floats([1, size, 3], oxygen.positions),
    oxygenMask: floats([1, size], oxygen.mask),
    trueTorsions: floats([1, size, 7, 2], torsions.sinCos),
    alternativeTorsions: floats([1, size, 7, 2], torsions.alternativeSinCos),
    torsionMask: floats([1, size, 7], torsionMask),
    bonded: floats([1, size], bondedMask(atoms)),
    torsionClass: integers(
      [1, size],
      torsion.map((c) => Math.max(0, c)),
    ),
    torsionClassMask: known(torsion),
    secondaryStructure: integers(
      [1, size],
      states.map((c) => Math.max(0, c)),
    ),
    secondaryStructureMask: known(states),
  };
}

/** Residues `start` … `start + size` of a structure. */
export function windowOf(atoms: ResidueAtoms, start: number, size: number): ResidueAtoms {
  const cut = (values: ArrayLike<number>, each: number) =>
    Array.prototype.slice.call(values, start * each, (start + size) * each) as number[];
  return {
    aatype: cut(atoms.aatype, 1),
    atom14: cut(atoms.atom14, 42),
    atom14Mask: cut(atoms.atom14Mask, 14),
    chainIndex: cut(atoms.chainIndex, 1),
    residueIndex: cut(atoms.residueIndex, 1),
  };
}

/** 1 where the next residue is bonded to this one in the known structure. */
function bondedMask(atoms: ResidueAtoms): Float32Array {
  const isKnown = (i: number) => atoms.atom14Mask[14 * i + CA_SLOT] === 1;
  return Float32Array.from({ length: atoms.aatype.length }, (_, i) =>
    Number(isKnown(i) && isKnown(i + 1) && isBondedToNext(atoms, i)),
  );
}

function floats(shape: readonly number[], values: ArrayLike<number>): HostTensor {
  const data = new Float32Array(shape.reduce((a, b) => a * b, 1));
  data.set(values);
  return { shape, data };
}

function integers(shape: readonly number[], values: ArrayLike<number>): HostTensor {
  const data = new Int32Array(shape.reduce((a, b) => a * b, 1));
  data.set(values);
  return { shape, data };
}

/** Joins the feeds of single examples along the batch axis. */
export function stackExamples(
  examples: readonly Record<string, HostTensor>[],
): Record<string, HostTensor> {
  return Object.fromEntries(
    Object.entries(examples[0]!).map(([name, { shape, data }]) => {
      const joined =
        data instanceof Int32Array
          ? new Int32Array(data.length * examples.length)
          : new Float32Array(data.length * examples.length);
      for (const [row, example] of examples.entries()) {
        joined.set(example[name]!.data, row * data.length);
      }
      return [name, { shape: [examples.length, ...shape.slice(1)], data: joined }];
    }),
  );
}
