import { join } from 'node:path';
import { Option, type Command } from 'commander';
import type {
  LanguageModelRunner,
  NamedSequence,
} from '#architectures/esmfold/language-model/runner';
import { interruptSignal } from '#cli/interrupt';
import {
  addLanguageModelOptions,
  eachChain,
  type LanguageModelFlags,
} from '#cli/language-model-run';
import { ProgressBar } from '#cli/progress-bar';
import { print } from '#cli/report';
import { makeResultFolder, writeResultFile } from '#cli/result-folder';
import { INPUT_HELP } from '#cli/sequence-options';
import { mutationsCsv, mutationsSvg, scoredMutations } from '#predict/files/mutation-files';
import {
  scoreMutations,
  SCORING_METHODS,
  type MutationScores,
  type ScoringMethod,
} from '#predict/mutation-scores';

interface MutateFlags extends LanguageModelFlags {
  readonly out: string;
  readonly method: ScoringMethod;
}

/** Likeliest mutants in the summary line. */
const NUM_SHOWN = 5;

const HELP = `
For each chain NAME two files are written:
  NAME.mutations.csv   mutation, position, wildtype, mutant, log_odds: ln p(mutant) - ln p(wild type)
  NAME.mutations.svg   the same as a heat map
Above 0 the model finds the mutant likelier than what is there. masked-marginals masks each position in turn;
wildtype-marginals reads all from one run: as many times faster as there are residues, and less accurate.

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
    .option('-o, --out <dir>', 'folder for the results; made where absent', '.')
    .addOption(
      new Option('--method <method>', 'how mutants are scored')
        .choices(SCORING_METHODS)
        .default('masked-marginals'),
    );
  addLanguageModelOptions(command)
    .addHelpText('after', HELP)
    .action(async (inputs: readonly string[], flags: MutateFlags) => {
      const signal = interruptSignal();
      const bar = new ProgressBar();
      process.exitCode = await eachChain(inputs, flags, async (chain, runner) => {
        const scores = await scored(chain, runner, { flags, signal, bar });
        makeResultFolder(flags.out);
        const path = join(flags.out, `${chain.name}.mutations`);
        await writeResultFile(`${path}.csv`, mutationsCsv(scores));
        await writeResultFile(`${path}.svg`, mutationsSvg(scores));
        print(`${summaryOf(scores)} → ${path}.csv`);
      });
    });
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
