import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Command } from 'commander';
import { wouldReplace } from '#cli/existing-result';
import { interruptSignal } from '#cli/interrupt';
import { print, tell } from '#cli/report';
import { wholeNumber } from '#cli/sequence-options';
import { FoldError } from '#errors';
import { writePdb } from '#bio-pdb/pdb/writer';
import { availableCores } from '#machine/available-cores';
import { makeWritableFolder } from '#machine/make-folder';
import { writeWhole } from '#machine/write-whole';
import { templateStructure } from '#structure/templates/template-structure';
import { buildLibrary } from '#template-search/build-library';
import { TemplateLibrary } from '#template-search/template-library';

/** A line of progress is written after so many files, where there is no terminal to draw on. */
const FILES_PER_LINE = 1000;
/** Broken files that are listed; the rest are counted. */
const MOST_LISTED = 100;

const HELP = `
Every chain of at least 20 residues is kept with its backbone and side chains, so the files themselves are not needed
later. If the command is interrupted, what it has read is kept, and the same command continues from there. RCSB's divided
mirror and downloads of the AlphaFold database are read as they are.

Examples:
  $ codonfold library build /data/pdb/divided -o pdb.library
  $ codonfold predict kinase.fasta --templates pdb.library
  $ codonfold library extract pdb.library 1ABC:A -o 1abc_A.pdb`;

interface BuildFlags {
  readonly out: string;
  readonly processes: number;
  readonly overwrite?: true;
}

/** Adds `codonfold library`. */
export function addLibrary(program: Command): void {
  const library = program
    .command('library')
    .description('make libraries of known structures, in which "predict" looks for templates');
  library
    .command('build')
    .description('make a library from a folder of PDB and mmCIF files, plain or gzipped')
    .argument('<dir>', 'folder of structure files; subfolders are read too')
    .requiredOption('-o, --out <lib>', 'file of the library')
    .option('--processes <number>', 'how many processes read files', wholeNumber, availableCores())
    .option('--overwrite', 'replace a file that is there already')
    .addHelpText('after', HELP)
    .action(build);
  library
    .command('extract')
    .description('write a chain of a library as a PDB file')
    .argument('<lib>', 'library made by "codonfold library build"')
    .argument('<entry>', 'chain to write, such as 1ABC:A, or 1ABC for its first chain')
    .requiredOption('-o, --out <file>', 'PDB file to write')
    .action(extract);
}

async function build(folder: string, { out, processes, overwrite }: BuildFlags): Promise<void> {
  if (processes < 1) throw new FoldError('USAGE', '--processes must be at least 1');
  if (!overwrite && existsSync(out)) throw wouldReplace(out, 'a file already');
  makeWritableFolder(dirname(out), '-o writes elsewhere');
  const built = await buildLibrary(folder, out, {
    numProcesses: processes,
    signal: interruptSignal(),
    onProgress: ({ numRead, numKept }) => {
      if (numRead % FILES_PER_LINE !== 0) return;
      const kept = numKept === 0 ? '' : `, ${numKept} were read before`;
      tell(`${numRead} files read${kept}`);
    },
  });
  const { numFiles, numChains, numResidues, problems } = built;
  for (const { path, problem } of problems.slice(0, MOST_LISTED))
    tell(
      `left out ${path}: ${problem.startsWith(`${path}:`) ? problem.slice(path.length + 1) : problem}`,
    );
  if (problems.length > MOST_LISTED) tell(`and ${problems.length - MOST_LISTED} more`);
  const left = problems.length === 0 ? '' : `, ${problems.length} could not be used`;
  print(`${out}: ${numChains} chains, ${numResidues} residues of ${numFiles} files${left}`);
}

async function extract(path: string, entry: string, { out }: { readonly out: string }) {
  const library = await TemplateLibrary.open(path);
  try {
    const [id, chainId] = entry.split(':');
    const template = await library.find(id!, chainId);
    if (!template)
      throw new FoldError('NOT_FOUND', `${path} has no ${entry}`, {
        hint: 'entries are called as in their files, such as 1ABC:A',
      });
    await writeWhole(out, writePdb(templateStructure(template)));
    print(out);
  } finally {
    await library.close();
  }
}
