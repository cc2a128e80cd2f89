import type { Command } from 'commander';
import { esmfoldModel } from '#architectures/esmfold/model';
import { CODONFOLD_SMALL } from '#architectures/esmfold/presets';
import { randomModel, trainedModel, type CheckedModel } from '#check/checked-model';
import { equivarianceChecks, passes, worstDeviation, type Check } from '#check/equivariance';
import { print } from '#cli/report';
import { wholeNumber } from '#cli/sequence-options';
import { addEngineOptions, engineFor, type EngineFlags } from '#cli/engine-options';
import { FoldError } from '#errors';
import { DEFAULT_MODEL, loadModel } from '#predict/node/load-model';
import { checkedTensors } from '#weights/finite';
import { Random } from '#training/data/random';

interface EquivarianceFlags extends EngineFlags {
  readonly model: string;
  readonly rounds: number;
  readonly seed: number;
}

const HELP = `
Every layer that reads or writes coordinates is run on a random structure and on the same structure moved: turned,
shifted by up to 100 Å, mirrored. What belongs to the molecule's frame must move along, everything else must stay the same,
and what knows left from right must notice a mirror. The table shows the worst of all rounds.

Exit code: 0 all well, 1 a check failed, 2 bad input or usage.`;

/** Adds `codonfold check`. */
export function addCheck(program: Command): void {
  const command = program
    .command('check')
    .description('test properties that every model must have')
    .command('equivariance')
    .summary('test that the layers of a model respect motions of the molecule')
    .description('Test that the layers of a model respect motions of the molecule.')
    .option(
      '--model <name|dir>',
      'a model of "codonfold models", a folder or a file',
      DEFAULT_MODEL,
    )
    .option('--rounds <number>', 'number of random cases for each check', wholeNumber, 20)
    .option('--seed <number>', 'seed of the random numbers', wholeNumber, 1);
  addEngineOptions(command)
    .addHelpText('after', HELP)
    .action(async (flags: EquivarianceFlags) => {
      process.exitCode = (await checkEquivariance(flags)) ? 0 : 1;
    });
}

/** Prints the table; whether all checks passed. */
async function checkEquivariance({ model: name, rounds, seed, ...flags }: EquivarianceFlags) {
  const stream = new Random(seed);
  const random = () => stream.uniform();
  const { model, title } = openModel(name, random);
  const engine = await engineFor(flags);
  const checks = equivarianceChecks(model);
  print(`${title} on ${engine.name}, ${rounds} rounds, seed ${seed}`);
  print(row('check', 'must be', 'deviation', 'limit', ''));
  let numFailed = 0;
  for (const check of checks) {
    const deviation = await worstDeviation(check, engine, random, rounds);
    const isPassed = passes(check, deviation);
    numFailed += Number(!isPassed);
    const deviationText = deviation.toExponential(1);
    print(row(check.name, check.kind, deviationText, limitOf(check), isPassed ? 'ok' : 'FAILED'));
  }
  print('\nDeviations are in Å where coordinates are compared. Why these limits:');
  const reasons = new Map(checks.map((check) => [limitOf(check), check.reason]));
  for (const [limit, reason] of reasons) print(`  ${limit.padEnd(8)} ${reason}`);
  print(numFailed === 0 ? `\n${checks.length} checks passed` : `\n${numFailed} checks FAILED`);
  return numFailed === 0;
}

function row(name: string, kind: string, deviation: string, limit: string, verdict: string) {
  const columns = [name.padEnd(53), kind.padEnd(14), deviation.padStart(9), limit.padStart(8)];
  return `${columns.join('  ')}  ${verdict}`.trimEnd();
}

function limitOf({ kind, tolerance }: Check): string {
  return `${kind === 'not a symmetry' ? '>' : '<'} ${tolerance.toExponential(0)}`;
}

/** The model, or random weights in its sizes where the one that comes with the package is not there. */
function openModel(
  name: string,
  random: () => number,
): { readonly model: CheckedModel; readonly title: string } {
  try {
    const { model, weights, name: title } = loadModel(name);
    return { model: trainedModel(model, checkedTensors(weights)), title };
  } catch (error) {
    const isMissing = error instanceof FoldError && error.code === 'MODEL_MISSING';
    if (!isMissing || name !== DEFAULT_MODEL) throw error;
    return {
      model: randomModel(esmfoldModel(CODONFOLD_SMALL), random),
      title: `${DEFAULT_MODEL} with random weights (its own are not installed)`,
    };
  }
}
