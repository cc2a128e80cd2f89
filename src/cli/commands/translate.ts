import type { Command } from 'commander';
import { eachRecord } from '#cli/each-record';
import { readInputs } from '#cli/read-inputs';
import { inputRecords, readInputRecord, type InputRecord } from '#cli/records';
import { warn } from '#cli/report';
import {
  addCodeOptions,
  addFrameOption,
  addRecordOptions,
  addTypeOption,
  INPUT_HELP,
  type SequenceFlags,
} from '#cli/sequence-options';
import { refusedProtein, understand } from '#cli/understand';
import { writeFasta } from '#sequence/formats/fasta';
import { readThroughStops } from '#sequence/genes/through-stops';
import { overrulesCoding } from '#sequence/records';

interface TranslateFlags extends SequenceFlags {
  readonly throughStops?: true;
}

const HELP = `
GenBank and EMBL files are translated by their coding sequences, one record for each. Otherwise, without --frame and
--start, the longest open reading frame of all six is translated, from its start codon to its stop; "codonfold orfs" lists
them all. With --frame the protein begins at the frame's first codon, with --start at that letter, and ends at the first
stop. With --through-stops the whole frame is translated, * for each stop; a last partial codon is left off.

Examples:
  $ codonfold translate mrna.fasta > protein.fasta
  $ codonfold translate plasmid.gb --circular > proteins.fasta
  $ codonfold translate genome.fna --frame -2 --genetic-code 11 --through-stops
  $ codonfold translate ATGGCCCTGTGGATGCGCTGA`;

/** Adds `codonfold translate`. */
export function addTranslate(program: Command): void {
  const command = program
    .command('translate')
    .summary('translate genes and mRNAs into proteins')
    .description('Translate each DNA or RNA record of the inputs and print the proteins as FASTA.')
    .argument('<INPUT...>', INPUT_HELP);
  addTypeOption(command, ['auto', 'dna', 'rna']);
  addRecordOptions(command);
  addFrameOption(addCodeOptions(command))
    .option('--through-stops', 'the whole frame, * for each stop')
    .addHelpText('after', HELP)
    .action(async (inputs: readonly string[], flags: TranslateFlags) => {
      const records = inputRecords(
        await readInputs(inputs),
        { ...flags, allRecords: flags.record === undefined },
        flags.throughStops ?? overrulesCoding(flags),
      );
      process.exitCode = await eachRecord(records, (record) => {
        process.stdout.write(writeFasta(translated(record, flags)));
      });
    });
}

function translated(record: InputRecord, flags: TranslateFlags) {
  const description = record.title.replace(/^\S+\s*/, '');
  const titleOf = (name: string): string => `${name} ${description}`.trim();
  if (flags.throughStops) {
    const read = readInputRecord(record, flags);
    for (const { message } of read.warnings) warn(message, record.name);
    return readThroughStops(read, flags).map(({ name, frame, residues }) => ({
      title: `${titleOf(name)} [frame=${frame}]`,
      sequence: residues,
    }));
  }
  const { kind, chains } = understand(record, flags);
  if (kind === 'protein') throw refusedProtein(record.name);
  return [
    { title: titleOf(record.name), sequence: chains.map(({ sequence }) => sequence).join(':') },
  ];
}
