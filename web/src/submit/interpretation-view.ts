import { countResidues } from '#sequence/chain';
import type { Interpretation, Translation } from '#sequence/interpretation';
import { h } from '../page/dom.js';
import { capitalised, plural } from '../page/text.js';
import { excerptAt } from './excerpt.js';

const KINDS = { protein: 'Protein', dna: 'DNA', rna: 'RNA' } as const;
/** More codons than this are a strip nobody reads; the result shows all of them. */
const MOST_CODONS = 90;
const MOST_WARNINGS = 6;

/** Codons with the residue that each stands for. */
function codonStrip({ codons, sequence, stop }: Translation): HTMLElement {
  const strip = h('ol', {
    class: 'codons',
    tabindex: 0,
    'aria-label': `Translation: ${plural(codons.length, 'codon')}`,
  });
  codons.slice(0, MOST_CODONS).forEach(({ codon, positions }, i) => {
    strip.append(
      h(
        'li',
        { title: `${codon} at ${positions[0]}` },
        h('span', {}, codon),
        h('b', {}, sequence.charAt(i)),
      ),
    );
  });
  if (codons.length > MOST_CODONS)
    strip.append(h('li', { class: 'more' }, `+ ${codons.length - MOST_CODONS} more`));
  else if (stop)
    strip.append(h('li', { class: 'stop' }, h('span', {}, stop.codon), h('b', {}, 'stop')));
  return strip;
}

function facts(record: Interpretation): HTMLElement {
  const numResidues = countResidues(record.chains);
  const parts = [plural(numResidues, 'residue')];
  if (record.chains.length > 1) parts.push(plural(record.chains.length, 'chain'));
  const numBases = record.translations?.reduce(
    (sum, { nucleotides }) => sum + nucleotides.length,
    0,
  );
  if (numBases !== undefined) parts.push(`from ${plural(numBases, 'base')}`);
  if (record.frame !== undefined)
    parts.push(`frame ${record.frame > 0 ? '+' : '−'}${Math.abs(record.frame)}`);
  return h(
    'p',
    { class: 'facts' },
    h('span', { class: `kind kind-${record.kind}` }, KINDS[record.kind]),
    h('span', {}, parts.join(' · ')),
  );
}

/** A letter in its surroundings. */
export function excerptView(text: string, offset: number): HTMLElement {
  const { before, letter, after } = excerptAt(text, offset);
  return h('code', { class: 'excerpt' }, before, h('mark', {}, letter), after);
}

function warningList(record: Interpretation, text: string): HTMLElement | undefined {
  const { warnings } = record;
  if (warnings.length === 0) return undefined;
  const list = h('ul', { class: 'warnings', 'aria-label': 'Warnings' });
  for (const { message, offsets } of warnings.slice(0, MOST_WARNINGS)) {
    const [first] = offsets;
    list.append(
      h(
        'li',
        {},
        capitalised(message),
        ' ',
        first === undefined ? undefined : excerptView(text, first),
      ),
    );
  }
  if (warnings.length > MOST_WARNINGS)
    list.append(h('li', {}, `and ${warnings.length - MOST_WARNINGS} more of these`));
  return list;
}

/**
 * What was understood of one record, in words and, for nucleotides, codon by codon.
 *
 * @param text the whole input, for marking letters
 */
export function interpretationView(record: Interpretation, text: string): HTMLElement {
  const [translation] = record.translations ?? [];
  return h(
    'article',
    { class: 'record' },
    h('h2', {}, record.title || record.name),
    facts(record),
    record.assumed === undefined
      ? undefined
      : h('p', { class: 'hint' }, capitalised(record.assumed)),
    translation && h('p', { class: 'hint' }, capitalised(translation.reason)),
    translation && codonStrip(translation),
    warningList(record, text),
  );
}
