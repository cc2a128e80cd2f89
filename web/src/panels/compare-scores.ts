import { PAIRED_BY, percent, type StructureComparison } from '#structure/compare-structures';
import { foldInWords } from '#structure/comparison/superposition-scores';
import { h } from '../page/dom.js';
import { plural } from '../page/text.js';

/** What the scores say, with what they rest on. */
export function scoreList(comparison: StructureComparison): HTMLElement {
  const { tmScore, gdtTs, lddt, lddtCa, rmsd, coverage, identity, pairing } = comparison;
  const pairs = plural(comparison.numPaired, 'residue');
  const entries = [
    ['TM-score', tmScore.toFixed(3), foldInWords(tmScore)],
    ['lDDT', lddt.toFixed(3), `all atoms; CA ${lddtCa.toFixed(3)}`],
    ['GDT-TS', gdtTs.toFixed(3), 'share of residues within 1 to 8 Å'],
    ['RMSD', `${rmsd.toFixed(2)} Å`, `CA of ${pairs}`],
    ['Coverage', percent(coverage), `of the reference, paired by ${PAIRED_BY[pairing]}`],
    ['Identity', percent(identity), 'of the pairs'],
  ] as const;
  return h(
    'dl',
    { class: 'scores' },
    ...entries.map(([term, value, note]) =>
      h('div', {}, h('dt', {}, term), h('dd', {}, value), h('dd', { class: 'hint' }, note)),
    ),
  );
}

/** What to keep in mind; nothing where all is well. */
export function warningList({ warnings }: StructureComparison): HTMLElement | undefined {
  if (warnings.length === 0) return undefined;
  return h('ul', { class: 'warnings' }, ...warnings.map((warning) => h('li', {}, warning)));
}
