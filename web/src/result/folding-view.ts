import type { Chain } from '#sequence/chain';
import type { PassCoordinates } from '../server/follow-job.js';
import type { Molecule } from '../molecule/molecule.js';
import { h } from '../page/dom.js';
import { Selection } from '../molecule/selection.js';
import { Viewer } from '../viewer/viewer.js';
import { between, keptInPlace, unfinishedMolecule } from './unfinished.js';
import { viewerTheme } from './viewer-theme.js';

const MOVE_MS = 900;

/** The structure while it forms: each pass of the model moves it from its last shape to the next. */
export class FoldingView {
  readonly element = h('div', {
    class: 'stage folding',
    role: 'img',
    'aria-label': 'The structure as it forms',
    hidden: true,
  });
  #viewer: Viewer | undefined;
  #shown: Molecule | undefined;
  #animation = 0;

  /** Shows coordinates after a pass. */
  show(chains: readonly Chain[], coordinates: PassCoordinates) {
    const arrived = unfinishedMolecule(chains, coordinates);
    if (!arrived) return;
    this.element.hidden = false;
    if (this.#viewer && this.#shown) this.#moveTo(keptInPlace(arrived, this.#shown));
    else this.#start(arrived);
  }

  dispose() {
    cancelAnimationFrame(this.#animation);
    this.#viewer?.dispose();
  }

  #start(molecule: Molecule) {
    this.#shown = molecule;
    try {
      this.#viewer = new Viewer(this.element, molecule, new Selection(molecule.numResidues));
      this.#viewer.theme = viewerTheme(this.element);
      this.#viewer.stage.isSpinning = !matchMedia('(prefers-reduced-motion: reduce)').matches;
    } catch {
      this.element.hidden = true; // no WebGL: the bars above tell how far it is
    }
  }

  #moveTo(target: Molecule) {
    cancelAnimationFrame(this.#animation);
    const from = this.#shown ?? target;
    const start = performance.now();
    const step = (now: number): void => {
      const share = Math.min(1, (now - start) / MOVE_MS);
      this.#shown = between(from, target, share * share * (3 - 2 * share));
      this.#viewer?.update(this.#shown);
      if (share < 1) this.#animation = requestAnimationFrame(step);
    };
    this.#animation = requestAnimationFrame(step);
  }
}
