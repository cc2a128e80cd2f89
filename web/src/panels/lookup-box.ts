import { ApiError } from '#client/index';
import {
  accessionIn,
  canBeLookedUp,
  canBeSearched,
  fetchEntry,
  findBySequence,
  findSimilar,
  type Accession,
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
  const similar = h('ul', { class: 'predictions' });
  const run = async (find: () => Promise<void>): Promise<void> => {
    status.textContent = 'Asking…';
    try {
      await find();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      refuse(error.message, error.hint);
    } finally {
      status.textContent = '';
    }
  };
  const open = (entry: Accession): void => {
    void run(async () => {
      show(await fetchEntry(entry));
    });
  };
  const search = async (sequence: string): Promise<void> => {
    const found = await findSimilar(sequence);
    similar.replaceChildren(...found.map((entry) => similarEntry(entry, open)));
    if (found.length === 0)
      similar.append(h('li', {}, 'The PDB has nothing that is certainly related.'));
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
    if (found) open(found);
    else
      refuse('This is neither a PDB entry, such as 1CRN, nor a UniProt accession, such as P69905.');
  });
  const sequences = [
    ...new Set(molecule.chains.map(({ first, count }) => sequenceOf(first, count))),
  ];
  function sequenceOf(first: number, count: number): string {
    return molecule.sequence.slice(first, first + count);
  }
  const isOne = sequences.length === 1;
  const bySequence = sequences.flatMap((sequence, i) => [
    canBeLookedUp(sequence)
      ? askButton(`Find ${isOne ? 'this sequence' : `sequence ${i + 1}`} in AlphaFold DB`, () =>
          run(async () => {
            show(await findBySequence(sequence));
          }),
        )
      : undefined,
    canBeSearched(sequence)
      ? askButton(
          `Find ${isOne ? 'similar sequences' : `sequences like ${i + 1}`} in the PDB`,
          () => run(() => search(sequence)),
        )
      : undefined,
  ]);
  return h(
    'section',
    { class: 'lookup', 'aria-label': 'Already known?' },
    h('h3', {}, 'Already known?'),
    byAccession,
    h('div', { class: 'row' }, ...bySequence, foldseekLink(), status),
    similar,
    h(
      'p',
      { class: 'hint' },
      'Your browser asks the databases itself. “Fetch it” sends the accession to RCSB PDB or EMBL-EBI; what begins with “Find” sends the sequence, to EMBL-EBI for AlphaFold DB and to RCSB for the PDB. Foldseek finds similar structures by their shape: it opens in a tab of its own, where you load the PDB file that you have downloaded here. Until then it gets nothing.',
    ),
  );
}

function askButton(label: string, click: () => Promise<void>): HTMLElement {
  return h('button', { type: 'button', on: { click: () => void click() } }, label);
}

function similarEntry(entry: Accession, open: (entry: Accession) => void): HTMLElement {
  const click = (): void => {
    open(entry);
  };
  return h(
    'li',
    {},
    h('b', {}, entry.id),
    h(
      'button',
      { type: 'button', 'aria-label': `Superpose ${entry.id}`, on: { click } },
      'Superpose',
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
