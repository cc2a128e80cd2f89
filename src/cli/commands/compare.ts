import { InvalidArgumentError, Option, type Command } from 'commander';
import { parseStructure } from '#bio-pdb/parse-structure';
import type { Structure } from '#bio-pdb/structure';
import { readStructureFile } from '#cli/read-inputs';
import { print, tell } from '#cli/report';
import { tableLines } from '#cli/table';
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

/** One choice for each of the two files. */
type Both<Choice> = readonly [Choice | undefined, Choice | undefined];

interface CompareFlags {
  readonly chain?: Both<string>;
  readonly model?: Both<number>;
  readonly pairBy?: PairingMethod;
  readonly perResidue?: true;
  readonly json?: true;
}

/** A file, the model in it that is compared, and the residues of that model. */
interface Input {
  readonly file: string;
  readonly modelNumber: number;
  readonly residues: FileResidues;
  /** What reading the file had to assume. */
  readonly warnings: readonly string[];
}

const HELP = `
The chains that resemble each other most are found and compared, unless --chain names them. Residues of the same
protein are paired by their numbers where these agree with the sequences, else by the sequences; residues of different
proteins by sequence or by shape, whichever fits better. TM-score, GDT-TS and lDDT are divided by the reference chain.

Examples:
  $ codonfold compare prediction.pdb 1ubq.cif
  $ codonfold compare prediction.cif complex.cif.gz --chain A:C --per-residue
  $ codonfold compare a.pdb ensemble.pdb --model 1:7 --json`;

/** Adds `codonfold compare`. */
export function addCompare(program: Command): void {
  program
    .command('compare')
    .summary('measure how similar two structures are')
    .description('Compare a structure with a reference: TM-score, GDT-TS, lDDT and RMSD.')
    .argument('<STRUCTURE>', 'PDB or mmCIF file (.gz too), - for standard input')
    .argument('<REFERENCE>', 'the same; scores are divided by the length of its chain')
    .option(
      '--chain <A:B>',
      'chain of the structure and of the reference; one for both',
      readChains,
    )
    .option('--model <M:N>', 'number of the model in each file; the first if left out', readModels)
    .addOption(
      new Option('--pair-by <method>', 'pair residues by this alone').choices(
        Object.keys(PAIRED_BY),
      ),
    )
    .option('--per-residue', 'distance and lDDT of each pair of residues too')
    .option('--json', 'print JSON')
    .addHelpText('after', HELP)
    .action(compare);
}

async function compare(structure: string, reference: string, flags: CompareFlags): Promise<void> {
  if (structure === '-' && reference === '-')
    throw new FoldError('USAGE', '"-" is given twice, but there is one standard input');
  const inputs = [
    await readInput(structure, flags.model?.[0]),
    await readInput(reference, flags.model?.[1]),
  ] as const;
  const [chain, referenceChain] = flags.chain ?? [];
  const comparison = compareStructures(inputs[0].residues, inputs[1].residues, {
    ...(chain === undefined ? {} : { chain }),
    ...(referenceChain === undefined ? {} : { referenceChain }),
    ...(flags.pairBy === undefined ? {} : { pairing: flags.pairBy }),
  });
  for (const { warnings } of [...inputs, comparison])
    for (const warning of warnings) tell(`warning: ${warning}`);
  if (flags.json) {
    print(JSON.stringify(asJson(inputs, comparison, flags), undefined, 2));
    return;
  }
  for (const line of summaryLines(inputs, comparison)) print(line);
  if (flags.perResidue) for (const line of residueLines(inputs, comparison)) print(line);
}

/** @throws FoldError `FILE_READ`, `STRUCTURE_MISMATCH`; ParseError */
async function readInput(file: string, wanted: number | undefined): Promise<Input> {
  const source = file === '-' ? 'standard input' : file;
  const structure = parseStructure(await readStructureFile(file), source);
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

function summaryLines(
  [structure, reference]: readonly [Input, Input],
  comparison: StructureComparison,
) {
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

function residueLines(
  [structure, reference]: readonly [Input, Input],
  comparison: StructureComparison,
) {
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

function asJson(
  inputs: readonly [Input, Input],
  comparison: StructureComparison,
  { perResidue }: CompareFlags,
) {
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

/** `A:B`, or one for both; either side may be empty. */
function readBoth(text: string): Both<string> {
  const parts = text.split(':').map((part) => part.trim() || undefined);
  if (parts.length > 2) throw new InvalidArgumentError('Give one for each file, such as A:B.');
  return parts.length === 1 ? [parts[0], parts[0]] : [parts[0], parts[1]];
}

const readChains = readBoth;

function readModels(text: string): Both<number> {
  const [first, second] = readBoth(text).map((part) => {
    if (part !== undefined && !/^-?\d+$/.test(part))
      throw new InvalidArgumentError('Give whole numbers, such as 1:7.');
    return part === undefined ? undefined : Number(part);
  });
  return [first, second];
}
