import { join } from 'node:path';
import { InvalidArgumentError, Option, type Command } from 'commander';
import type {
  LanguageModelRunner,
  NamedSequence,
} from '#architectures/esmfold/language-model/runner';
import { engineFor } from '#cli/engine-options';
import { eachRecord } from '#cli/each-record';
import { existingFiles, isDoneBefore, OTHER_INPUT, otherWeights } from '#cli/existing-result';
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
import { makeResultFolder, writeResultFiles } from '#cli/result-folder';
import { INPUT_HELP } from '#cli/sequence-options';
import {
  mutationsCsv,
  mutationsJson,
  mutationsSvg,
  scoredMutations,
  type MutationDescription,
} from '#predict/files/mutation-files';
import {
  scoreMutations,
  SCORING_METHODS,
  type MutationScores,
  type ScoringMethod,
} from '#predict/mutation-scores';

interface MutateFlags extends LanguageModelFlags {
  readonly out: string;
  readonly method: ScoringMethod;
  readonly firstResidue: number;
}

/** Likeliest mutants in the summary line. */
const NUM_SHOWN = 5;

const HELP = `
For each chain NAME three files are written:
  NAME.mutations.csv    mutation, position, wildtype, mutant, log_odds: ln p(mutant) - ln p(wild type)
  NAME.mutations.svg    the same as a heat map
  NAME.mutations.json   sequence, method and model that the scores are of
Above 0 the model finds the mutant likelier than what is there. masked-marginals masks each position in turn;
wildtype-marginals reads all from one run: as many times faster as there are residues, and less accurate.

Results that are complete and of the same sequence, numbers, method and weights are skipped, so an interrupted run goes on where it
stopped. Files of the same name from another input are left alone unless --overwrite is given.

Examples:
  $ codonfold mutate enzyme.fasta --model esm2_t33_650M_UR50D -o scores
  $ codonfold mutate MQIFVKTLTGKTITLEVEPSDTIENVKAKIQDKEGIPP --method wildtype-marginals`;

/** Adds `codonfold mutate`. */
export function addMutate(program: Command): void {
  const command = program
    .command('mutate')
    .summary('score all single mutants with a protein language model')
    .description('Score every single mutant of each chain by its log-odds in a language model.')
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
    );
  addLanguageModelOptions(command, 'score')
    .addHelpText('after', HELP)
    .action(async (inputs: readonly string[], flags: MutateFlags) => {
      process.exitCode = await mutate(inputs, flags);
    });
}

async function mutate(inputs: readonly string[], flags: MutateFlags): Promise<ExitCode> {
  const signal = interruptSignal();
  const { chains, code } = await understandChains(inputs, flags);
  if (chains.length === 0) return code;
  const engine = await engineFor(flags);
  makeResultFolder(flags.out);
  const bar = new ProgressBar();
  const { method, firstResidue, overwrite = false } = flags;
  return withLanguageModel(flags.model, engine, async (runner, { name, sha256 }) => {
    const ofEach = await eachRecord(chains, async (chain) => {
      const description = { ...chain, firstResidue, method, model: { name, sha256 } };
      const paths = mutationPaths(flags.out, chain.name);
      if (!overwrite && (await isScored(description, paths))) return;
      const scores = await scored(chain, runner, { flags, signal, bar });
      await writeResultFiles([
        [paths.csv, mutationsCsv(scores)],
        [paths.svg, mutationsSvg(scores)],
        [paths.json, mutationsJson(description)],
      ]);
      print(`${summaryOf(scores)} → ${paths.csv}`);
    });
    return worstExitCode([code, ofEach]);
  });
}

/** Numbers of structures may be 0 or negative. */
function residueNumber(text: string): number {
  if (!/^[+-]?\d{1,9}$/.test(text)) throw new InvalidArgumentError('Give a whole number.');
  return Number(text);
}

/** Names of a chain's files. */
function mutationPaths(directory: string, name: string) {
  const path = join(directory, `${name}.mutations`);
  return { csv: `${path}.csv`, svg: `${path}.svg`, json: `${path}.json` };
}

/** @throws FoldError `FILE_WRITE` rather than replace what may be somebody's result */
async function isScored(
  wanted: MutationDescription,
  { csv, svg, json }: ReturnType<typeof mutationPaths>,
): Promise<boolean> {
  const files = { description: json, others: [csv, svg] };
  const found = await existingFiles(files, (description) => {
    const { sequence, firstResidue, method, model } = description as MutationDescription;
    if (sequence !== wanted.sequence) return OTHER_INPUT;
    if (model.sha256 !== wanted.model.sha256) return otherWeights(model.name);
    if (method !== wanted.method) return `scores by ${method}`;
    return firstResidue === wanted.firstResidue ? undefined : `residues from ${firstResidue} on`;
  });
  const words = { does: 'scores', doing: 'scoring' };
  return isDoneBefore(found, { name: wanted.name, description: json, where: csv, ...words });
}

async function scored(
  chain: NamedSequence,
  runner: LanguageModelRunner,
  { flags, signal, bar }: { flags: MutateFlags; signal: AbortSignal; bar: ProgressBar },
): Promise<MutationScores> {
  const { length } = chain.sequence;
  bar.draw(0, chain.name, 'starting');
  try {
    return await scoreMutations(runner, chain, {
      method: flags.method,
      firstResidue: flags.firstResidue,
      signal,
      onPosition: (done) => {
        bar.draw(done / length, chain.name, `${done}/${length} positions`);
      },
    });
  } finally {
    bar.clear();
  }
}

function summaryOf(scores: MutationScores): string {
  const { name, sequence } = scores;
  const best = scoredMutations(scores)
    .toSorted((a, b) => b.logOdds - a.logOdds)
    .slice(0, NUM_SHOWN)
    .map(({ mutation, logOdds }) => `${mutation} ${logOdds.toFixed(2)}`);
  return `${name}: ${sequence.length} residues, likeliest ${best.join(', ')}`;
}
