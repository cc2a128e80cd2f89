import { h, svg } from '../page/dom.js';
import { settings } from '../page/settings.js';
import { CONFIDENCE } from '../viewer/palette.js';
import type { ShownScores } from './gallery-file.js';

function strip(values: readonly number[]): SVGElement {
  const classes = CONFIDENCE[settings().palette];
  const colourOf = (value: number): string => classes.find(({ above }) => value > above)!.colour;
  return svg(
    'svg',
    { viewBox: `0 0 ${values.length} 1`, preserveAspectRatio: 'none', 'aria-hidden': 'true' },
    ...values.map((value, x) =>
      svg('rect', { x, y: 0, width: 1.02, height: 1, fill: colourOf(value) }),
    ),
  );
}

/** Share of the residues that both put on the same side of 70, 0-1. */
function agreement({ plddtPerResidue, lddtPerResidue }: ShownScores): number {
  const isGood = (value: number | undefined): boolean => (value ?? 0) > 70;
  const same = plddtPerResidue.filter((plddt, i) => isGood(plddt) === isGood(lddtPerResidue[i]));
  return same.length / plddtPerResidue.length;
}

/** A residue's predicted confidence above what the experiment says of it, both in the colours of confidence. */
export function scoreStrips(scores: ShownScores): HTMLElement {
  const label = `Model and experiment agree on whether a residue is above 70 for ${Math.round(100 * agreement(scores))} % of the residues.`;
  return h(
    'div',
    { class: 'score-strips', role: 'img', 'aria-label': label },
    h('span', {}, 'pLDDT'),
    strip(scores.plddtPerResidue),
    h('span', {}, 'lDDT'),
    strip(scores.lddtPerResidue),
  );
}
