import { Vector3 } from 'three';
import { h } from '../page/dom.js';
import type { Viewer } from '../viewer/viewer.js';

/** Values of measurements, drawn over the canvas where they were measured. */
export class MeasureLabels {
  readonly element = h('div', { class: 'measure-labels', 'aria-hidden': 'true' });
  readonly #viewer: Viewer;

  constructor(viewer: Viewer) {
    this.#viewer = viewer;
  }

  /** Moves the labels to where the molecule is now. */
  update() {
    const { measurements } = this.#viewer;
    while (this.element.childElementCount > measurements.length) this.element.lastChild?.remove();
    measurements.forEach(({ atoms, text }, i) => {
      const label = (this.element.children[i] ??
        this.element.appendChild(h('span'))) as HTMLElement;
      const places = atoms.map((atom) => this.#viewer.placeOf(atom)!);
      const middle = places
        .reduce((sum, place) => sum.add(place), new Vector3())
        .divideScalar(places.length);
      const at = this.#viewer.project(middle);
      label.hidden = at === undefined;
      label.textContent = text;
      if (at) label.style.translate = `${at.x}px ${at.y}px`;
    });
  }
}
