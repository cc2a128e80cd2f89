import { parseStructure } from '#bio-pdb/parse-structure';
import type { Structure } from '#bio-pdb/structure';
import { FoldError } from '#errors';
import { RESIDUE_NAMES } from '#sequence/amino-acids';
import type { PairingMethod } from '#structure/alignment/pair-residues';
import {
  compareStructures,
  PAIRED_BY,
  percent,
  type ComparedChain,
  type StructureComparison,
} from '#structure/compare-structures';
import { foldInWords } from '#structure/comparison/superposition-scores';
import { residuesFromStructure, type FileResidues } from '#structure/from-bio-pdb';
import { tableLines } from './table.js';

/** One of two structures, and which part of it is compared. */
export interface ComparedStructure {
  /** PDB or mmCIF, gzipped or not. */
  readonly bytes: Uint8Array;
  /** What messages call it. */
  readonly source: string;
  /** Number of the model; the first where absent. */
  readonly model?: number | undefined;
  /** Its chain; the one that resembles the other structure most where absent. */
  readonly chain?: string | undefined;
}

/** A structure, the model in it that is compared, and the residues of that model. */
interface Input {
  readonly file: string;
  readonly modelNumber: number;
  readonly residues: FileResidues;
  /** What reading the file had to assume. */
  readonly warnings: readonly string[];
}

/** What was compared, and what came out. */
export interface Comparison {
  readonly inputs: readonly [structure: Input, reference: Input];
  readonly scores: StructureComparison;
  readonly warnings: readonly string[];
}

/**
 * Compares a structure with a reference.
 *
 * @param structure is judged
 * @param reference what scores are divided by
 * @param pairing by this alone; by what fits best where absent
 * @throws FoldError `STRUCTURE_MISMATCH`; ParseError
 */
export function compareTwo(
  structure: ComparedStructure,
  reference: ComparedStructure,
  pairing?: PairingMethod,
): Comparison {
  const inputs = [inputOf(structure), inputOf(reference)] as const;
  const scores = compareStructures(inputs[0].residues, inputs[1].residues, {
    ...(structure.chain === undefined ? {} : { chain: structure.chain }),
    ...(reference.chain === undefined ? {} : { referenceChain: reference.chain }),
    ...(pairing === undefined ? {} : { pairing }),
  });
  const warnings = [...inputs, scores].flatMap((one) => one.warnings);
  return { inputs, scores, warnings };
}

function inputOf({ bytes, source, model: wanted }: ComparedStructure): Input {
  const structure = parseStructure(bytes, source);
  const model = wanted === undefined ? 0 : placeOfModel(structure, wanted, source);
  return {
    file: source,
    modelNumber: structure.models[model]!.number,
    residues: residuesFromStructure(structure, { model }),
    warnings: structure.warnings.map(({ message }) => `${source}: ${message}`),
  };
}

function placeOfModel({ models }: Structure, wanted: number, source: string): number {
  const place = models.findIndex(({ number }) => number === wanted);
  if (place >= 0) return place;
  const [first, last] = [models[0]!.number, models.at(-1)!.number];
  throw new FoldError('STRUCTURE_MISMATCH', `${source} has no model ${wanted}`, {
    hint: first === last ? `its only model is ${first}` : `its models are ${first} to ${last}`,
  });
}

/** The scores, for a terminal. */
export function comparisonLines({
  inputs: [structure, reference],
  scores: comparison,
}: Comparison): string[] {
  const { numPaired, coverage, structureCoverage, identity, pairing } = comparison;
  const described = ({ file, modelNumber }: Input, { chainId, numResidues }: ComparedChain) =>
    `${file}, model ${modelNumber}, chain ${chainId || '(blank)'}, ${numResidues} residues`;
  return tableLines([
    ['structure', described(structure, comparison.structure), ''],
    ['reference', described(reference, comparison.reference), ''],
  ]).concat(
    `paired     ${numPaired} residues by ${PAIRED_BY[pairing]}: ${percent(coverage)} of the reference, ` +
      `${percent(structureCoverage)} of the structure, ${percent(identity)} identical`,
    '',
    ...tableLines([
      ['TM-score', comparison.tmScore.toFixed(4), foldInWords(comparison.tmScore)],
      ['GDT-TS', comparison.gdtTs.toFixed(4), ''],
      ['lDDT', comparison.lddt.toFixed(4), 'all atoms'],
      ['lDDT-CA', comparison.lddtCa.toFixed(4), ''],
      ['RMSD', comparison.rmsd.toFixed(2), 'Å, CA atoms of all pairs'],
    ]),
  );
}

/** Each pair of residues, for a terminal. */
export function residueLines({
  inputs: [structure, reference],
  scores: comparison,
}: Comparison): string[] {
  const rows = comparison.residues.map((pair) => [
    nameOf(reference, pair.reference),
    nameOf(structure, pair.structure),
    pair.distance.toFixed(2),
    pair.lddt.toFixed(3),
    pair.lddtCa.toFixed(3),
  ]);
  return ['', ...tableLines([['reference', 'structure', 'distance', 'lDDT', 'lDDT-CA'], ...rows])];
}

/** Such as `MET 1`. */
function nameOf({ residues }: Input, residue: number): string {
  const name = RESIDUE_NAMES[residues.aatype[residue]!]!;
  return `${name} ${residues.residueNumber[residue]!}${residues.insertionCodes[residue]!}`;
}

/** The comparison as plain data. @param perResidue whether each pair of residues is in it */
export function comparisonJson({ inputs, scores: comparison }: Comparison, perResidue: boolean) {
  const { structure, reference, residues, motion, ...scores } = comparison;
  const sideOf = ({ file, modelNumber }: Input, { chainId, numResidues }: ComparedChain) => ({
    file,
    model: modelNumber,
    chain: chainId,
    numResidues,
  });
  const residueOf = ({ residues: all }: Input, residue: number) => ({
    name: RESIDUE_NAMES[all.aatype[residue]!]!,
    number: all.residueNumber[residue]!,
    insertionCode: all.insertionCodes[residue]!,
  });
  return {
    structure: sideOf(inputs[0], structure),
    reference: sideOf(inputs[1], reference),
    ...scores,
    motion: { rotation: [...motion.rotation], translation: [...motion.translation] },
    ...(perResidue && {
      residues: residues.map((pair) => ({
        ...pair,
        structure: residueOf(inputs[0], pair.structure),
        reference: residueOf(inputs[1], pair.reference),
      })),
    }),
  };
}
