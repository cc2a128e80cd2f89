import { InvalidArgumentError, Option, type Command } from 'commander';
import { MOST_CODING_UNASKED } from '#sequence/choose-records';
import type { InterpretOptions } from '#sequence/interpretation';
import { READING_FRAMES, type ReadingFrame } from '#sequence/genes/reading-frame';

/** Options of every command that reads sequences, as commander gives them. */
export type SequenceFlags = Pick<
  InterpretOptions,
  'type' | 'geneticCode' | 'frame' | 'start' | 'alternativeStarts' | 'circular'
> &
  RecordFlags;

/** Which records of the inputs are read, as commander gives them; without either, all of files that are no genomes. */
export interface RecordFlags {
  readonly record?: readonly string[];
  readonly allRecords?: boolean;
}

/** How INPUT is understood, for the help of every command that takes it. */
export const INPUT_HELP =
  'sequence files (FASTA, GenBank, EMBL and others; .gz too), - for standard input, or a sequence itself; a name that exists is a file';

/** Adds the genetic code and what may begin a protein. */
export function addCodeOptions(command: Command): Command {
  return command
    .option(
      '--genetic-code <number>',
      "NCBI's number of the genetic code, such as 2 for vertebrate mitochondria, 11 for bacteria; by default what the file says, else 1",
      wholeNumber,
    )
    .option(
      '--alternative-starts',
      'also start at CTG, GTG, … if the genetic code allows it; they are read as M',
    )
    .option(
      '--circular',
      'treat the DNA as circular, as plasmids are: an open reading frame may cross its origin',
    );
}

/** Adds the reading frame and where it begins. */
export function addFrameOption(command: Command): Command {
  const frames = ['auto', ...READING_FRAMES.map(String)];
  return command
    .addOption(
      new Option(
        '--frame <frame>',
        `${frames.join(', ')}; auto takes the coding sequences of the file, else the longest open reading frame of all six`,
      )
        .default('auto')
        .argParser((text): 'auto' | ReadingFrame => {
          if (text === 'auto') return text;
          const frame = READING_FRAMES.find((known) => String(known) === text.replace(/^\+/, ''));
          if (frame === undefined) throw new InvalidArgumentError(`Give ${frames.join(', ')}.`);
          return frame;
        }),
    )
    .option(
      '--start <position>',
      'first letter of the first codon, counted from 1; on the reverse strand with a negative frame',
      wholeNumber,
    );
}

/** Adds which records are read. */
export function addRecordOptions(command: Command): Command {
  return command
    .option(
      '--record <names>',
      'only the records with these names, separated by commas: the first word of the header, a gene, locus tag or protein accession',
      (text, earlier: readonly string[] | undefined) => [
        ...(earlier ?? []),
        ...text
          .split(',')
          .map((name) => name.trim())
          .filter((name) => name !== ''),
      ],
    )
    .addOption(
      new Option(
        '--all-records',
        `take all coding sequences even of a GenBank or EMBL file with more than ${MOST_CODING_UNASKED}`,
      ).conflicts('record'),
    );
}

/** Adds what the letters stand for. */
export function addTypeOption(command: Command, types: readonly string[]): Command {
  return command.addOption(
    new Option('--type <type>', 'what the letters stand for; auto judges by the letters themselves')
      .choices(types)
      .default('auto'),
  );
}

/**
 * Reads a whole number of at least 0.
 *
 * @throws InvalidArgumentError which commander reports with the option's name
 */
export function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('Give a whole number.');
  return Number(text);
}

/**
 * Reads a whole number of at least 1.
 *
 * @throws InvalidArgumentError which commander reports with the option's name
 */
export function positiveNumber(text: string): number {
  const number = wholeNumber(text);
  if (number === 0) throw new InvalidArgumentError('Give a whole number from 1 on.');
  return number;
}
