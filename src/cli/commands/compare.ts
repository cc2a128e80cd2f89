import { InvalidArgumentError, Option, type Command } from 'commander';
import {
  comparisonJson,
  comparisonLines,
  compareTwo,
  residueLines,
  type ComparedStructure,
} from '#cli/comparison';
import { readStructureFile } from '#cli/read-inputs';
import { print, warn } from '#cli/report';
import { FoldError } from '#errors';
import type { PairingMethod } from '#structure/alignment/pair-residues';
import { PAIRED_BY } from '#structure/compare-structures';

/** One choice for each of the two files. */
type Both<Choice> = readonly [Choice | undefined, Choice | undefined];

interface CompareFlags {
  readonly chain?: Both<string>;
  readonly model?: Both<number>;
  readonly pairBy?: PairingMethod;
  readonly perResidue?: true;
  readonly json?: true;
}

const HELP = `
The chains that resemble each other most are found and compared, unless --chain names them. Residues of the same
protein are paired by their numbers where these agree with the sequences, else by the sequences; residues of different
proteins by sequence or by shape, whichever fits better. TM-score, GDT-TS and lDDT are normalised by the length of the reference chain.

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
    .argument('<REFERENCE>', 'the same; scores are normalised by the length of its chain')
    .option(
      '--chain <A:B>',
      'chain of the structure and of the reference; a single name counts for both',
      readChains,
    )
    .option('--model <M:N>', 'number of the model in each file; the first if left out', readModels)
    .addOption(
      new Option('--pair-by <method>', 'pair residues by this and nothing else').choices(
        Object.keys(PAIRED_BY),
      ),
    )
    .option('--per-residue', 'also print the distance and lDDT of each pair of residues')
    .option('--json', 'print JSON')
    .addHelpText('after', HELP)
    .action(compare);
}

async function compare(structure: string, reference: string, flags: CompareFlags): Promise<void> {
  if (structure === '-' && reference === '-')
    throw new FoldError('USAGE', '"-" is given twice, but there is one standard input');
  const { json = false, perResidue = false, pairBy } = flags;
  const comparison = compareTwo(
    await readInput(structure, flags, 0),
    await readInput(reference, flags, 1),
    pairBy,
  );
  for (const warning of comparison.warnings) warn(warning);
  if (json) {
    print(JSON.stringify(comparisonJson(comparison, perResidue), undefined, 2));
    return;
  }
  for (const line of comparisonLines(comparison)) print(line);
  if (perResidue) for (const line of residueLines(comparison)) print(line);
}

/** @throws FoldError `FILE_READ` */
async function readInput(
  file: string,
  { model, chain }: CompareFlags,
  place: 0 | 1,
): Promise<ComparedStructure> {
  const source = file === '-' ? 'standard input' : file;
  const bytes = await readStructureFile(file);
  return { bytes, source, model: model?.[place], chain: chain?.[place] };
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
