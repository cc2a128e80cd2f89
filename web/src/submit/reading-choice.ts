import type { Candidate } from '#sequence/genes/candidates';
import type { ReadingFrame } from '#sequence/genes/reading-frame';
import type { Interpretation } from '#sequence/interpretation';
import { h, uniqueId } from '../page/dom.js';
import { plural } from '../page/text.js';

/** Which reading frame the user picked, and the first letter of its first codon. */
export interface PickedReading {
  readonly frame: ReadingFrame;
  readonly start: number;
}

/** What was chosen, and how to choose otherwise. */
interface ReadingChoice {
  /** Undefined where the first candidate is read. */
  readonly picked: PickedReading | undefined;
  /** Whether options say what the first candidate is; else the program chose it. */
  readonly isGiven: boolean;
  /** Called with another choice. */
  readonly onPick: (picked: PickedReading | undefined) => void;
}

function inWords({ frame, start, end, numResidues, share, hasStart, hasStop }: Candidate): string {
  const signed = `${frame > 0 ? '+' : '−'}${Math.abs(frame)}`;
  const ends = `${hasStart ? 'start codon' : 'no start codon'}, ${hasStop ? 'stop codon' : 'no stop codon'}`;
  return `frame ${signed}, ${start}–${end}: ${plural(numResidues, 'residue')}, ${Math.round(100 * share)} % of the input; ${ends}`;
}

/** The ways to read the one gene of a form; none for several records, proteins and annotated coding sequences. */
export function candidatesIn(records: readonly Interpretation[]): readonly Candidate[] {
  const [record, ...others] = records;
  const [translation, ...chains] = record?.translations ?? [];
  if (!translation || others.length > 0 || chains.length > 0) return [];
  return translation.candidates;
}

/**
 * The ways to read a gene, the one that is read marked.
 *
 * @param candidates as they are without a choice of the user
 * @param choice see {@link ReadingChoice}
 */
export function readingChoice(
  candidates: readonly Candidate[],
  { picked, isGiven, onPick }: ReadingChoice,
): HTMLElement {
  const group = uniqueId('reading');
  const isPicked = ({ frame, start }: Candidate): boolean =>
    picked?.frame === frame && picked.start === start;
  const none = !candidates.some(isPicked);
  const rows = candidates.map((candidate, i) => {
    const isFirst = i === 0;
    const input = h('input', {
      type: 'radio',
      name: group,
      checked: isPicked(candidate) || (none && isFirst),
      on: {
        change: () => {
          const { frame, start } = candidate;
          onPick(isFirst ? undefined : { frame, start });
        },
      },
    });
    const note = isFirst ? (isGiven ? ' (as the options say)' : ' (chosen automatically)') : '';
    return h('label', { class: 'tick' }, input, h('span', {}, `${inWords(candidate)}${note}`));
  });
  return h(
    'fieldset',
    { class: 'readings' },
    h('legend', {}, candidates.length > 1 ? 'Ways to read it' : 'How it is read'),
    ...rows,
  );
}
