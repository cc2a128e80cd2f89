import { FoldError } from '#errors';
import type { InterpretOptions } from '#sequence/interpretation';
import type { ReadingFrame } from './reading-frame.js';
import { type SequenceRecord, withPlace } from '#sequence/records';
import { translate, translateThroughStops } from './translate.js';

/** One gene read through its stops. */
export interface ThroughStops {
  readonly name: string;
  readonly title: string;
  readonly frame: ReadingFrame;
  /** One-letter codes, `*` for each stop; no chain for a model. */
  readonly residues: string;
}

/**
 * Translates a gene over the whole of its frame, as `codonfold translate --through-stops` prints it.
 *
 * @param record a chain after `:` counts as a gene of its own
 * @param options as for `interpret`; `frame: 'auto'` reads the frame of the longest open reading frame
 * @throws FoldError `READING_FRAME` for a protein, and whatever `interpret` throws
 */
export function readThroughStops(
  record: SequenceRecord,
  options: InterpretOptions = {},
): ThroughStops[] {
  if (record.kind === 'protein')
    throw new FoldError('READING_FRAME', `${record.name} is a protein: it has no codons`, {
      hint: 'set the type to dna or rna if its letters are nucleotides',
    });
  return record.chains.map((chain) =>
    withPlace(record, chain, () => {
      const { frame: asked = 'auto', geneticCode } = options;
      const frame = asked === 'auto' ? translate(chain.letters, options).frame : asked;
      const name = record.chains.length > 1 ? `${record.name}-${chain.id}` : record.name;
      const residues = translateThroughStops(chain.letters, frame, geneticCode);
      return { name, title: record.title, frame, residues };
    }),
  );
}
