import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { InvalidArgumentError, type Command } from 'commander';
import { wouldReplace } from '#cli/existing-result';
import { wholeNumber } from '#cli/sequence-options';
import { buildDataset } from '#training/data-build/build-dataset';

interface BuildFlags {
  readonly out: string;
  readonly minLength: number;
  readonly maxLength: number;
  readonly valShare: number;
  readonly clusters?: string;
  readonly overwrite?: true;
}

/** Adds `codonfold data build`. */
export function addData(program: Command): void {
  program
    .command('data')
    .description('make data sets for training')
    .command('build')
    .description('make a data set from a folder of PDB and mmCIF files, plain or gzipped')
    .argument('<dir>', 'folder of structure files; subfolders are read too')
    .requiredOption('-o, --out <dir>', 'where index.tsv and atom14.i16 go')
    .option('--min-length <number>', 'length of the shortest chain', wholeNumber, 30)
    .option('--max-length <number>', 'length of the longest chain', wholeNumber, 400)
    .option(
      '--val-share <number>',
      'share of the clusters kept for validation, 0 to 1',
      share,
      0.05,
    )
    .option('--clusters <tsv>', 'clusters as MMseqs2 writes them, with members named 1ABC_A')
    .option('--overwrite', 'replace a data set that is there already')
    .action(runBuild);
}

async function runBuild(source: string, flags: BuildFlags): Promise<void> {
  const { out, minLength, maxLength, valShare, clusters } = flags;
  const index = join(out, 'index.tsv');
  if (!flags.overwrite && existsSync(index)) throw wouldReplace(index, 'a data set');
  const report = await buildDataset(source, out, {
    minLength,
    maxLength,
    valShare,
    clusterFile: clusters,
    onLeftOut: (what, reason) => process.stderr.write(`left out ${what}: ${reason}\n`),
    onWarning: (text) => process.stderr.write(`note: ${text}\n`),
  });
  process.stdout.write(
    [
      `${out}: ${report.chains} chains, ${report.residues} residues, ${report.clusters} clusters, ${report.val} chains for validation`,
      `from ${report.files} files; left out: ${report.duplicates} chains known already, ${report.wrongLength} too short or too long, ${report.refusedChains} unusable; ${report.unreadableFiles} files unreadable`,
      '',
    ].join('\n'),
  );
}

function share(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= 0 && value <= 1) return value;
  throw new InvalidArgumentError('It must be a number from 0 to 1.');
}
