import { h } from '../page/dom.js';
import { chainTable } from './chain-table.js';
import { MatrixMap } from './matrix-map.js';
import type { Panel, PanelContext } from './panel.js';
import { errorColour } from './ramps.js';
import { residuePlot } from './residue-plot.js';

/** How sure the model is: pLDDT along the chain, PAE between all pairs. */
export function confidencePanel(context: PanelContext): Panel {
  const { molecule, alignedError } = context.result;
  const plot = residuePlot(context, {
    values: molecule.plddt,
    top: 100,
    title: 'pLDDT: confidence of each residue',
  });
  const map = new MatrixMap(context, alignedError.values, {
    title: 'PAE: predicted aligned error',
    axes: 'Row: the residue aligned on; column: the residue whose error is expected. Dark blocks are domains that are placed with confidence against each other.',
    colour: (value) => errorColour(value, alignedError.max),
    describe: (value) =>
      Number.isNaN(value) ? 'no value' : `expected error ${value.toFixed(0)} Å`,
  });
  const scale = h(
    'p',
    { class: 'scale scale-green' },
    h('span', {}, '0 Å'),
    h('i', { 'aria-hidden': 'true' }),
    h('span', {}, `${alignedError.max.toFixed(0)} Å`),
  );
  return {
    element: h(
      'div',
      { class: 'panel-stack' },
      chainTable(context),
      plot.element,
      map.element,
      scale,
    ),
    dispose: () => {
      plot.dispose();
      map.dispose();
    },
  };
}
