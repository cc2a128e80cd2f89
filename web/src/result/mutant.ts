import { RESIDUE_LETTERS, UNKNOWN_AATYPE } from '#sequence/amino-acids';
import { ApiError } from '#client/index';
import { submitPrediction, type Submission } from '../server/api.js';
import { h } from '../page/dom.js';
import { rememberPrediction } from '../page/my-predictions.js';
import { predictionUrl, visit } from '../page/page.js';
import { titleOfResult, type Result } from '../data/result.js';

const LETTERS = Array.from(RESIDUE_LETTERS.slice(0, UNKNOWN_AATYPE));

/** A mutant of a result. */
interface Mutant {
  readonly name: string;
  /** As `A12G`. */
  readonly change: string;
  /** Name of its chain, where there are several. */
  readonly chain?: string;
  /** To fold it as the result was folded. */
  readonly submission: Submission;
}

/** A result with one residue replaced. */
export function mutantOf(result: Result, residue: number, letter: string): Mutant {
  const { molecule, confidence } = result;
  const chain = molecule.chainIndex[residue]!;
  const place = residue - molecule.chains[chain]!.first;
  const sequences = confidence.chains.map(({ sequence }, i) =>
    i === chain ? sequence.slice(0, place) + letter + sequence.slice(place + 1) : sequence,
  );
  const before = molecule.sequence.charAt(residue);
  const change = `${before}${molecule.residueNumber[residue]!}${letter}`;
  const { id } = molecule.chains[chain]!;
  const isOneOfMany = molecule.chains.length > 1;
  const record = [confidence.name, ...(isOneOfMany ? [id] : []), change].join('_');
  const title = titleOfResult(result);
  const rest = title.startsWith(confidence.name)
    ? title.slice(confidence.name.length)
    : ` ${title}`;
  const name = record + rest;
  return {
    name,
    change,
    ...(isOneOfMany && { chain: id }),
    submission: {
      fasta: `>${name}\n${sequences.join(':\n')}\n`,
      type: 'protein',
      model: confidence.model.name,
      numRecycles: confidence.numRecycles,
    },
  };
}

/** Address of a mutant's prediction, beside what it is a mutant of. */
function mutantUrl(id: string, wildtype: string, { change, chain }: Mutant): string {
  const query = { wildtype, mutant: change, ...(chain !== undefined && { chain }) };
  return `${predictionUrl(id)}&${new URLSearchParams(query).toString()}`;
}

/**
 * Replaces one residue and folds again, to be shown beside the result.
 *
 * @returns undefined where no server folds, or the result rests on relatives that a mutant would lack
 */
export function mutantChoice(result: Result, residue: number): HTMLElement | undefined {
  const { models, confidence, molecule } = result;
  const isServed = models?.some(({ name }) => name === confidence.model.name) ?? false;
  if (!isServed || confidence.alignment || confidence.templates) return undefined;
  const before = molecule.sequence.charAt(residue);
  const input = h(
    'select',
    { 'aria-label': `Replace ${before}${molecule.residueNumber[residue]!} by` },
    h('option', { value: '' }, 'Fold a mutant…'),
    ...LETTERS.filter((letter) => letter !== before).map((letter) =>
      h('option', { value: letter }, `${before}${molecule.residueNumber[residue]!}${letter}`),
    ),
  );
  const fold = async (): Promise<void> => {
    const mutant = mutantOf(result, residue, input.value);
    const { name, submission } = mutant;
    input.disabled = true;
    try {
      const [job] = await submitPrediction(submission);
      const { numResidues } = molecule;
      const submitted = new Date().toISOString();
      rememberPrediction({ id: job!.id, name, numResidues, submitted });
      visit(mutantUrl(job!.id, result.id, mutant));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      input.disabled = false;
      input.value = '';
      input.after(h('span', { class: 'problem', role: 'alert' }, error.message));
    }
  };
  input.addEventListener('change', () => void (input.value !== '' && fold()));
  return input;
}
