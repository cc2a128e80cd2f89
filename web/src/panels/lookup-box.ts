import { ApiError } from '#client/index';
import {
  accessionIn,
  canBeLookedUp,
  fetchEntry,
  findBySequence,
  type PublicEntry,
} from '../lookup/public-databases.js';
import { h } from '../page/dom.js';
import type { Result } from '../data/result.js';

/** What becomes of a look-up. */
interface LookupOutcome {
  readonly show: (entry: PublicEntry) => void;
  readonly refuse: (message: string, hint?: string) => void;
}

/** Looks for known structures in public databases: nothing is sent before a button is pressed, and it says what is. */
export function lookupBox({ molecule }: Result, { show, refuse }: LookupOutcome): HTMLElement {
  if (location.protocol === 'file:')
    return h(
      'p',
      { class: 'hint' },
      'This saved page reaches no network. To look the sequence up in public databases, open the prediction in codonfold.',
    );
  const status = h('span', { class: 'hint', role: 'status' });
  const run = async (find: () => Promise<PublicEntry>): Promise<void> => {
    status.textContent = 'Asking…';
    try {
      show(await find());
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      refuse(error.message, error.hint);
    } finally {
      status.textContent = '';
    }
  };
  const accession = h('input', {
    type: 'text',
    placeholder: '1CRN or P69905',
    autocapitalize: 'characters',
    autocomplete: 'off',
    spellcheck: 'false',
    size: 14,
  });
  const byAccession = h(
    'form',
    { class: 'row' },
    h('label', { class: 'field' }, h('span', {}, 'PDB entry or UniProt accession'), accession),
    h('button', {}, 'Fetch it'),
  );
  byAccession.addEventListener('submit', (event) => {
    event.preventDefault();
    const found = accessionIn(accession.value);
    if (found) void run(() => fetchEntry(found));
    else
      refuse('This is neither a PDB entry, such as 1CRN, nor a UniProt accession, such as P69905.');
  });
  const sequences = [
    ...new Set(molecule.chains.map(({ first, count }) => sequenceOf(first, count))),
  ];
  function sequenceOf(first: number, count: number): string {
    return molecule.sequence.slice(first, first + count);
  }
  const bySequence = sequences
    .filter(canBeLookedUp)
    .map((sequence, i) =>
      h(
        'button',
        { type: 'button', on: { click: () => void run(() => findBySequence(sequence)) } },
        sequences.length === 1
          ? 'Find this sequence in AlphaFold DB'
          : `Find sequence ${i + 1} in AlphaFold DB`,
      ),
    );
  return h(
    'section',
    { class: 'lookup', 'aria-label': 'Already known?' },
    h('h3', {}, 'Already known?'),
    byAccession,
    h('div', { class: 'row' }, ...bySequence, foldseekLink(), status),
    h(
      'p',
      { class: 'hint' },
      'Your browser asks the databases itself. “Fetch it” sends the accession to RCSB PDB or EMBL-EBI, “Find this sequence” sends the sequence to EMBL-EBI. Foldseek finds similar structures: it opens in a tab of its own, where you load the PDB file that you downloaded here; until then it gets nothing.',
    ),
  );
}

function foldseekLink(): HTMLElement {
  return h(
    'a',
    {
      class: 'button',
      href: 'https://search.foldseek.com/search',
      target: '_blank',
      rel: 'noopener noreferrer',
    },
    'Open Foldseek ↗',
  );
}
