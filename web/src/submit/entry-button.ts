import { parseStructure } from '#bio-pdb/parse-structure';
import { FoldError } from '#errors';
import { oneLetter } from '#sequence/amino-acids';
import { ApiError } from '#client/index';
import { accessionIn, fetchEntry, type PublicEntry } from '../lookup/public-databases.js';
import { h } from '../page/dom.js';

/** Proteins of which so many residues have a one-letter code: no nucleic acids. */
const FEWEST_KNOWN = 0.5;

/** Every protein of an entry once, as FASTA. */
function proteinsOf({ name, structure }: PublicEntry): string {
  const { entities } = parseStructure(structure, name);
  const proteins = entities.flatMap(({ id, description, sequence }) => {
    const letters = sequence.map(oneLetter).join('');
    const numKnown = letters.replaceAll('X', '').length;
    if (letters === '' || numKnown < FEWEST_KNOWN * letters.length) return [];
    return [{ id, description, letters }];
  });
  return proteins
    .map(({ id, description, letters }) => {
      const place = proteins.length > 1 ? `_${id}` : '';
      return `>${name}${place} ${description}\n${letters}\n`;
    })
    .join('');
}

/**
 * A button that fetches the sequence of an accession, where a text is one; the accession is all that is sent.
 *
 * @param use takes the sequence as FASTA
 * @param refuse says why there is none
 */
export function entryButton(
  text: string,
  {
    use,
    refuse,
  }: { readonly use: (fasta: string) => void; readonly refuse: (why: string) => void },
): HTMLElement | undefined {
  const accession = accessionIn(text);
  if (!accession) return undefined;
  const fetchIt = async (): Promise<void> => {
    button.disabled = true;
    try {
      use(proteinsOf(await fetchEntry(accession)));
    } catch (error) {
      if (!(error instanceof ApiError) && !(error instanceof FoldError)) throw error;
      button.disabled = false;
      refuse(error.message);
    }
  };
  const button = h(
    'button',
    { type: 'button', on: { click: () => void fetchIt() } },
    `Get its sequence from ${accession.database === 'PDB' ? 'the PDB' : accession.database}`,
  );
  return h(
    'p',
    {},
    button,
    h('span', { class: 'hint' }, ' Your browser sends the accession, and nothing else.'),
  );
}
