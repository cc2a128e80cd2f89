import { h, select } from '../page/dom.js';
import { pseudoBetaDistances } from './distances.js';
import { MatrixMap } from './matrix-map.js';
import type { Panel, PanelContext } from './panel.js';
import { distanceColour } from './ramps.js';

/** Å; farther pairs all look alike. */
const FARTHEST = 24;
/** Å; the field's usual limit between pseudo-betas. */
export const CONTACT = 8;

/** Which residues lie together in the predicted structure. */
export function contactPanel(context: PanelContext): Panel {
  let mode: 'distance' | 'contact' = 'distance';
  const distances = pseudoBetaDistances(context.result.molecule);
  const map = new MatrixMap(context, distances, {
    title: 'Distances in the structure',
    axes: 'Distance between CB atoms (CA for glycine). Bands beside the diagonal are helices, lines along or across it are strands.',
    colour: (value) =>
      mode === 'distance'
        ? distanceColour(value, FARTHEST)
        : distanceColour(value < CONTACT ? 0 : FARTHEST, FARTHEST),
    describe: (value) => (Number.isNaN(value) ? 'not placed' : `${value.toFixed(1)} Å`),
  });
  const choice = select({
    label: 'Show',
    value: mode,
    entries: [
      { value: 'distance', label: `Distances up to ${FARTHEST} Å` },
      { value: 'contact', label: `Contacts closer than ${CONTACT} Å` },
    ],
    onChange: (value) => {
      mode = value;
      map.values = distances;
    },
  });
  return {
    element: h('div', { class: 'panel-stack' }, choice, map.element),
    dispose: () => {
      map.dispose();
    },
  };
}
