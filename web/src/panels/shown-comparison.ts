import { FoldError } from '#errors';
import { announce } from '../page/announce.js';
import { h, tickBox } from '../page/dom.js';
import { capitalised } from '../page/text.js';
import { chainName, compareChoices } from './compare-choices.js';
import { scoreList, warningList } from './compare-scores.js';
import {
  compareMolecules,
  type ComparedParts,
  type MoleculeComparison,
  type Reference,
} from './comparison.js';
import { changesOf, changesTable } from './mutant-changes.js';
import type { Panel, PanelContext } from './panel.js';
import { residuePlot } from './residue-plot.js';

/** Time to draw a message before a comparison keeps the page busy. */
const PAINT_MS = 30;

/** The comparison that is shown: scores and plot in the panel, the reference and lDDT in 3D. */
export class ShownComparison {
  readonly #context: PanelContext;
  readonly #outcome: HTMLElement;
  #plot: Panel | undefined;
  /** Counts comparisons, so that one that was replaced is not shown. */
  #turn = 0;

  constructor(context: PanelContext, outcome: HTMLElement) {
    this.#context = context;
    this.#outcome = outcome;
  }

  /** Takes everything away. */
  clear() {
    this.#turn++;
    this.#plot?.dispose();
    this.#plot = undefined;
    this.#context.viewer?.showReference(null);
    this.#context.colouring.show(undefined);
    this.#outcome.replaceChildren();
  }

  /** Says what went wrong, below what is there. */
  complain(message: string, hint?: string) {
    this.#outcome.append(
      h(
        'div',
        { class: 'problem', role: 'alert' },
        h('p', {}, capitalised(message)),
        hint === undefined ? undefined : h('p', { class: 'hint' }, capitalised(hint)),
      ),
    );
  }

  /** Runs what may fail because of a file. */
  attempt(run: () => void) {
    try {
      run();
    } catch (error) {
      if (!(error instanceof FoldError)) throw error;
      this.complain(error.message, error.hint);
    }
  }

  /** Compares the prediction with a reference, in place of what was shown. */
  async compare(reference: Reference, parts: ComparedParts): Promise<void> {
    this.clear();
    const turn = this.#turn;
    this.#outcome.append(h('p', { class: 'hint', role: 'status' }, 'Comparing…'));
    await new Promise((done) => setTimeout(done, PAINT_MS));
    if (turn !== this.#turn) return;
    const { molecule } = this.#context.result;
    this.#outcome.replaceChildren();
    this.attempt(() => {
      const choices = compareChoices(molecule, reference, parts, (chosen) => {
        void this.compare(reference, chosen);
      });
      if (choices) this.#outcome.append(choices);
      this.#show(compareMolecules(molecule, reference, parts), reference.name);
    });
  }

  #show(compared: MoleculeComparison, name: string) {
    const { comparison, lddtPerResidue, moved, distances, notes } = compared;
    this.#context.compared.latest = { name, distances };
    const { viewer, colouring } = this.#context;
    viewer?.showReference(moved);
    const { molecule, wildtype, reference: given } = this.#context.result;
    const lddt = { label: 'lDDT', values: lddtPerResidue };
    const colourBox = tickBox('Colour the prediction by lDDT', (isTicked) => {
      colouring.show(isTicked ? lddt : undefined);
    });
    // what comes with its experiment shows its confidence first, which the experiment judges
    colourBox.input.checked = given === undefined;
    if (colourBox.input.checked) colouring.show(lddt);
    const title = `lDDT against ${name}`;
    this.#plot = residuePlot(this.#context, { values: lddtPerResidue, top: 1, title });
    const { structure, reference, tmScore, rmsd } = comparison;
    const [ours, theirs] = [structure, reference].map(({ chainId }) => chainName(chainId));
    const warnings = warningList(comparison);
    const changes = wildtype && changesOf(molecule, compared);
    this.#outcome.append(
      h('p', {}, `Compared: ${ours!} of the prediction and ${theirs!} of ${name}.`),
      scoreList(comparison),
      ...(changes ? [changesTable(molecule, changes)] : []),
      ...(warnings ? [warnings] : []),
      ...notes.map((note) => h('p', { class: 'hint' }, `Note: ${note}`)),
      this.#plot.element,
      colourBox.element,
      h(
        'p',
        { class: 'hint' },
        'In 3D the reference is grey; so is the prediction, when it is coloured by lDDT, where the reference has no such residue.',
      ),
      this.#removeButton(),
    );
    announce(`TM-score ${tmScore.toFixed(2)}, RMSD ${rmsd.toFixed(1)} ångström.`);
  }

  #removeButton(): HTMLElement {
    const click = (): void => {
      this.#context.compared.latest = undefined;
      this.clear();
    };
    return h('button', { type: 'button', on: { click } }, 'Remove the reference');
  }
}
