import type { Command } from 'commander';
import { eachRecord } from '#cli/each-record';
import { readInputs } from '#cli/read-inputs';
import { inputRecords, readInputRecord, type InputRecord } from '#cli/records';
import { refusedProtein } from '#cli/understand';
import { print, tell, warn } from '#cli/report';
import {
  addCodeOptions,
  addTypeOption,
  INPUT_HELP,
  wholeNumber,
  type SequenceFlags,
} from '#cli/sequence-options';
import { writeFasta } from '#sequence/formats/fasta';
import { openReadingFrames, type LocatedReadingFrame } from '#sequence/genes/open-reading-frames';
import { withPlace } from '#sequence/records';

interface OrfFlags extends SequenceFlags {
  readonly minResidues: number;
  readonly fasta?: true;
}

/** An open reading frame with the record, or the chain of a record, that it is on. */
interface NamedFrame {
  readonly name: string;
  readonly found: LocatedReadingFrame;
}

const COLUMNS = 'record frame start end residues share begins ends sequence'.split(' ');
const HELP = `
Each line has these columns, separated by tabs: record, frame, first and last nucleotide (start > end on the reverse strand),
residues, share of the record that it takes, whether it begins with a start codon or at the sequence's edge, whether it ends
with a stop codon or at the edge, and the protein. The longest frame comes first, but one without a start codon counts half.

The first line of a record is what "predict" and "translate" take, unless the whole record is one coding sequence, or a GenBank
or EMBL file names its coding sequences; --frame and --start make them take another.

Examples:
  $ codonfold orfs plasmid.fasta --genetic-code 11 --min-residues 60
  $ codonfold orfs transcript.fasta --fasta | codonfold predict - -o structures`;

/** Adds `codonfold orfs`. */
export function addOrfs(program: Command): void {
  const command = program
    .command('orfs')
    .summary('list open reading frames on both strands')
    .description('List the open reading frames of each DNA or RNA record, most likely first.')
    .argument('<INPUT...>', INPUT_HELP);
  addTypeOption(command, ['auto', 'dna', 'rna']);
  addCodeOptions(command)
    .option('--min-residues <number>', 'leave out shorter proteins', wholeNumber, 30)
    .option('--fasta', 'print the proteins as FASTA instead of a table')
    .addHelpText('after', HELP)
    .action(async (inputs: readonly string[], flags: OrfFlags) => {
      const records = inputRecords(await readInputs(inputs), flags, true);
      let needsHeading = !flags.fasta;
      process.exitCode = await eachRecord(records, (record) => {
        const frames = framesOf(record, flags);
        if (needsHeading) print(COLUMNS.join('\t'));
        needsHeading = false;
        if (frames.length === 0)
          tell(`note: ${record.name}: no open reading frame of ${flags.minResidues} residues`);
        if (flags.fasta) process.stdout.write(writeFasta(frames.map(asFasta)));
        else for (const frame of frames) print(asRow(frame));
      });
    });
}

function framesOf(record: InputRecord, flags: OrfFlags): NamedFrame[] {
  const read = readInputRecord(record, flags);
  for (const { message } of read.warnings) warn(message, record.name);
  if (read.kind === 'protein') throw refusedProtein(record.name);
  return read.chains.flatMap((chain) =>
    withPlace(read, chain, () =>
      openReadingFrames(chain.letters, { circular: read.isCircular ?? false, ...flags }),
    ).map((found) => ({
      name: read.chains.length > 1 ? `${record.name}-${chain.id}` : record.name,
      found,
    })),
  );
}

function asRow({ name, found }: NamedFrame): string {
  const { frame, start, end, numResidues, share, hasStart, hasStop, sequence } = found;
  const begins = hasStart ? 'start' : 'edge';
  const ends = hasStop ? 'stop' : 'edge';
  const percent = `${Math.round(100 * share)}%`;
  return [name, frame, start, end, numResidues, percent, begins, ends, sequence].join('\t');
}

function asFasta({ name, found }: NamedFrame) {
  const { frame, start, end, sequence } = found;
  return { title: `${name}_${start}-${end} [frame=${frame}]`, sequence };
}
