import { InvalidArgumentError, Option, type Command } from 'commander';
import type { NamedSequence } from '#architectures/esmfold/language-model/runner';
import { engineFor } from '#cli/engine-options';
import { eachRecord } from '#cli/each-record';
import { worstExitCode, type ExitCode } from '#cli/exit-codes';
import { interruptSignal } from '#cli/interrupt';
import {
  addLanguageModelOptions,
  understandChains,
  withLanguageModel,
  type LanguageModelFlags,
} from '#cli/language-model-run';
import { ProgressBar } from '#cli/progress-bar';
import { print } from '#cli/report';
import { readListFile } from '#cli/read-inputs';
import { makeResultFolder } from '#cli/result-folder';
import { scoreMutants } from '#cli/score-mutants';
import { INPUT_HELP } from '#cli/sequence-options';
import { FoldError } from '#errors';
import {
  mutatedPlaces,
  placesOf,
  readMutant,
  readMutants,
  readPositions,
  requireWildtype,
  type Mutant,
  type PositionRange,
  type ScoredMutant,
} from '#predict/mutants';
import { scoredMutations } from '#predict/files/mutation-files';
import { SCORING_METHODS, type MutationScores, type ScoringMethod } from '#predict/mutation-scores';

interface MutateFlags extends LanguageModelFlags {
  readonly out: string;
  readonly method: ScoringMethod;
  readonly firstResidue: number;
  readonly positions?: readonly PositionRange[];
  readonly mutants?: string;
  readonly mutant?: readonly string[];
}

/** A chain, and which of its residues are mutated; all where `places` is undefined. */
interface ScoringTask {
  readonly chain: NamedSequence;
  readonly places: readonly number[] | undefined;
}

/** Likeliest mutants in the summary line. */
const NUM_SHOWN = 5;

const HELP = `
For each chain NAME three files are written:
  NAME.mutations.csv    mutation, position, wildtype, mutant, log_odds: ln p(mutant) - ln p(wild type)
  NAME.mutations.svg    the same as a heat map
  NAME.mutations.json   the sequence, method and model that the scores belong to
With --mutants or --mutant there are two files: NAME.mutants.csv (mutant, substitutions, log_odds: the sum over its
substitutions) and NAME.mutants.json. Mutants are written as A12G, A12G:L30P, p.Ala12Gly or p.[Ala12Gly;Leu30Pro], one to a line.

Above 0 the model finds the mutant likelier than what is there. masked-marginals masks each position in turn;
wildtype-marginals reads all scores from one run, so it is as many times faster as there are residues, and less accurate. Both
methods, and the sum over several substitutions, are those of Meier et al. 2021.

The language model of codonfold-small is small and was trained on only 0.26 million sequences; for scores to rely on, pull an
ESM-2 model, such as esm2_t33_650M_UR50D.

Chains whose results are complete, with the same sequence, numbers, method and weights, are skipped, so an interrupted run goes
on where it stopped. Files of the same name from another input are left alone unless --overwrite is given.

Examples:
  $ codonfold mutate enzyme.fasta --model esm2_t33_650M_UR50D -o scores
  $ codonfold mutate MQIFVKTLTGKTITLEVEPSDTIENVKAKIQDKEGIPP --method wildtype-marginals
  $ codonfold mutate enzyme.fasta --positions 10-20,35 -o scores
  $ codonfold mutate enzyme.fasta --mutants variants.txt --mutant A12G:L30P -o scores`;

/** Adds `codonfold mutate`. */
export function addMutate(program: Command): void {
  const command = program
    .command('mutate')
    .summary('score mutants with a protein language model')
    .description(
      'Score mutants by their log-odds in a protein language model: every single mutant of each chain, or those that you list.',
    )
    .argument('<INPUT...>', INPUT_HELP)
    .option('-o, --out <dir>', 'folder for the results, created if missing', '.')
    .addOption(
      new Option('--method <method>', 'how mutants are scored')
        .choices(SCORING_METHODS)
        .default('masked-marginals'),
    )
    .addOption(
      new Option('--first-residue <number>', 'number of the first residue of each chain')
        .default(1)
        .argParser(residueNumber),
    )
    .addOption(
      new Option('--positions <list>', 'residues to mutate, such as 10-20,35; all by default')
        .argParser(positionList)
        .conflicts(['mutants', 'mutant']),
    )
    .option(
      '--mutants <file>',
      'score only the mutants in this file, one to a line; "-" for standard input',
    )
    .option('--mutant <mutant...>', 'score only these mutants');
  addLanguageModelOptions(command, 'score')
    .addHelpText('after', HELP)
    .action(async (inputs: readonly string[], flags: MutateFlags) => {
      process.exitCode = await mutate(inputs, flags);
    });
}

async function mutate(inputs: readonly string[], flags: MutateFlags): Promise<ExitCode> {
  const signal = interruptSignal();
  const { chains, code } = await understandChains(inputs, flags);
  const mutants = await mutantsOf(flags);
  const { method, firstResidue, overwrite = false } = flags;
  const tasks: ScoringTask[] = [];
  const refused = await eachRecord(chains, (chain) => {
    tasks.push({ chain, places: placesIn({ ...chain, firstResidue }, flags, mutants) });
  });
  const understood = worstExitCode([code, refused]);
  if (tasks.length === 0) return understood;
  const engine = await engineFor(flags);
  makeResultFolder(flags.out);
  const bar = new ProgressBar();
  return withLanguageModel(flags.model, engine, async (runner, { name, sha256 }) => {
    const model = { name, sha256 };
    const { precision = 'float32' } = engine.facts;
    const run = {
      runner,
      model,
      precision,
      directory: flags.out,
      method,
      firstResidue,
      overwrite,
      signal,
      bar,
    };
    const ofEach = await eachRecord(tasks, async ({ chain, places }) => {
      const { scores, listed, paths } = await scoreMutants(chain, { ...run, places, mutants });
      if (!scores) return;
      print(`${listed ? summaryOfMutants(chain, listed) : summaryOf(scores)} → ${paths.csv}`);
    });
    return worstExitCode([understood, ofEach]);
  });
}

/** Numbers of structures may be 0 or negative. */
function residueNumber(text: string): number {
  if (!/^[+-]?\d{1,9}$/.test(text)) throw new InvalidArgumentError('Give a whole number.');
  return Number(text);
}

function positionList(text: string): readonly PositionRange[] {
  const ranges = readPositions(text);
  if (!ranges) throw new InvalidArgumentError('Give numbers and ranges, such as 10-20,35.');
  return ranges;
}

/** The mutants that were asked for; undefined where all are. @throws FoldError `REQUEST_INVALID`, `FILE_READ` */
async function mutantsOf({
  mutants: file,
  mutant = [],
}: MutateFlags): Promise<Mutant[] | undefined> {
  if (file === undefined && mutant.length === 0) return undefined;
  const list = file === undefined ? undefined : await readListFile(file);
  const found = [
    ...(list ? readMutants(list.text, list.source) : []),
    ...mutant.map((written) => readMutant(written, '--mutant')),
  ];
  if (found.length === 0) throw new FoldError('REQUEST_INVALID', `${file} lists no mutants`);
  return found;
}

/** Which residues have to be mutated; undefined where all have. @throws FoldError `REQUEST_INVALID` */
function placesIn(
  chain: Parameters<typeof placesOf>[0],
  { positions }: MutateFlags,
  mutants: readonly Mutant[] | undefined,
): number[] | undefined {
  if (positions) return placesOf(chain, positions);
  if (!mutants) return undefined;
  requireWildtype(chain, mutants);
  return mutatedPlaces(chain, mutants);
}

function summaryOfMutants({ name }: NamedSequence, mutants: readonly ScoredMutant[]): string {
  const count = mutants.length === 1 ? '1 mutant' : `${mutants.length} mutants`;
  return `${name}: ${count}, likeliest ${likeliest(mutants)}`;
}

function summaryOf(scores: MutationScores): string {
  const { name, sequence } = scores;
  const mutants = scoredMutations(scores).map((one) => ({ ...one, name: one.mutation }));
  return `${name}: ${sequence.length} residues, likeliest ${likeliest(mutants)}`;
}

function likeliest(
  mutants: readonly { readonly name: string; readonly logOdds: number }[],
): string {
  return mutants
    .toSorted((a, b) => b.logOdds - a.logOdds)
    .slice(0, NUM_SHOWN)
    .map(({ name, logOdds }) => `${name} ${logOdds.toFixed(2)}`)
    .join(', ');
}
