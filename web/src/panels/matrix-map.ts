import { announce } from '../page/announce.js';
import { h } from '../page/dom.js';
import { onSettings } from '../page/settings.js';
import { runsOf, type SelectionState } from '../molecule/selection.js';
import { residueLabel } from '../molecule/molecule.js';
import type { Rgb } from '../viewer/colours.js';
import { cellAt, cellBeside, residuesBetween, valueAt, type Cell } from './matrix-cells.js';
import type { Panel, PanelContext } from './panel.js';

/** Room for axes, CSS pixels. */
const AXIS = 30;
const TICKS = 5;

/** What a map of residues against residues shows. */
export interface MatrixOptions {
  readonly title: string;
  /** What rows and columns stand for, in a sentence. */
  readonly axes: string;
  readonly colour: (value: number) => Rgb;
  /** One cell in words, without its residues. */
  readonly describe: (value: number) => string;
}

/**
 * N × N values as a picture: drag a rectangle to select the residues of both its sides, hover to read a cell; with the
 * keyboard, arrows move a cell, Shift stretches the rectangle, Enter selects.
 */
export class MatrixMap implements Panel {
  readonly element: HTMLElement;
  readonly #context: PanelContext;
  readonly #options: MatrixOptions;
  readonly #canvas = h('canvas', { tabindex: 0, role: 'application' });
  readonly #readout = h('p', { class: 'readout' });
  readonly #picture = h('canvas');
  readonly #stops: (() => void)[];
  readonly #resize: ResizeObserver;
  #values: Float32Array;
  #cell: Cell | null = null;
  #anchor: Cell | null = null;
  #isDragging = false;

  constructor(context: PanelContext, values: Float32Array, options: MatrixOptions) {
    this.#context = context;
    this.#options = options;
    this.#values = values;
    const { numResidues } = context.result.molecule;
    this.#canvas.setAttribute(
      'aria-label',
      `${options.title}: map of ${numResidues} by ${numResidues} residues. Arrow keys move, Shift stretches, Enter selects.`,
    );
    this.element = h(
      'figure',
      { class: 'matrix' },
      h('figcaption', {}, options.title),
      h('div', { class: 'matrix-frame' }, this.#canvas),
      this.#readout,
      h('p', { class: 'hint' }, options.axes),
    );
    this.#listen();
    this.#resize = new ResizeObserver(() => {
      this.#draw();
    });
    this.#resize.observe(this.#canvas);
    this.#stops = [
      context.selection.subscribe((state, before) => {
        this.#follow(state, before);
      }),
      onSettings(() => {
        this.values = this.#values;
      }),
    ];
    this.values = values;
  }

  get #size(): number {
    return this.#context.result.molecule.numResidues;
  }

  /** `[N, N]`; draws them. */
  set values(values: Float32Array) {
    this.#values = values;
    const size = this.#size;
    this.#picture.width = this.#picture.height = size;
    const image = new ImageData(size, size);
    for (let i = 0; i < size * size; i++) {
      const [red, green, blue] = this.#options.colour(values[i] ?? Number.NaN);
      image.data[4 * i] = red;
      image.data[4 * i + 1] = green;
      image.data[4 * i + 2] = blue;
      image.data[4 * i + 3] = 255;
    }
    this.#picture.getContext('2d')?.putImageData(image, 0, 0);
    this.#draw();
  }

  dispose() {
    this.#resize.disconnect();
    for (const stop of this.#stops) stop();
  }

  #follow(state: SelectionState, before: SelectionState) {
    if (state.selected !== before.selected || !this.#isDragging) this.#draw();
  }

  #cellAt(event: PointerEvent): Cell {
    const box = this.#canvas.getBoundingClientRect();
    const { left, top, width, height } = box;
    const point = { x: event.clientX - left, y: event.clientY - top };
    return cellAt(point, { width, height, axis: AXIS }, this.#size);
  }

  #listen() {
    const canvas = this.#canvas;
    canvas.addEventListener('pointerdown', (event) => {
      this.#isDragging = true;
      canvas.setPointerCapture(event.pointerId);
      this.#anchor = this.#cellAt(event);
      this.#moveTo(this.#anchor);
      this.#selectRectangle();
    });
    canvas.addEventListener('pointermove', (event) => {
      this.#moveTo(this.#cellAt(event));
      if (this.#isDragging) this.#selectRectangle();
    });
    canvas.addEventListener('pointerup', () => {
      this.#isDragging = false;
      this.#anchor = null;
    });
    canvas.addEventListener('pointerleave', () => {
      this.#cell = null;
      this.#readout.textContent = '';
      this.#context.selection.hover(null);
    });
    canvas.addEventListener('keydown', (event) => {
      if (this.#moveByKey(event)) event.preventDefault();
    });
  }

  #moveByKey(event: KeyboardEvent): boolean {
    if (event.key === 'Enter' || event.key === 'Escape') {
      if (event.key === 'Enter') this.#selectRectangle();
      else this.#context.selection.clear();
      return true;
    }
    const cell = this.#cell ?? { row: 0, column: 0 };
    const next = cellBeside(cell, event.key, this.#size);
    if (!next) return false;
    if (event.shiftKey) this.#anchor ??= cell;
    else this.#anchor = null;
    this.#moveTo(next);
    announce(this.#readout.textContent);
    return true;
  }

  #moveTo(cell: Cell) {
    const { molecule } = this.#context.result;
    this.#cell = cell;
    const value = valueAt(this.#values, cell, this.#size);
    const [row, column] = [cell.row, cell.column].map((residue) => residueLabel(molecule, residue));
    this.#readout.textContent = `${row!} × ${column!}: ${this.#options.describe(value)}`;
    this.#context.selection.hover(cell.column);
    this.#draw();
  }

  #selectRectangle() {
    if (!this.#cell) return;
    const from = this.#anchor ?? this.#cell;
    this.#context.selection.select(residuesBetween(from, this.#cell));
  }

  #draw() {
    const canvas = this.#canvas;
    const [width, ratio] = [canvas.clientWidth, Math.min(2, devicePixelRatio)];
    const paper = canvas.getContext('2d');
    if (width === 0 || !paper) return;
    canvas.width = canvas.height = Math.round(width * ratio);
    paper.setTransform(ratio, 0, 0, ratio, 0, 0);
    paper.imageSmoothingEnabled = false;
    const side = width - AXIS;
    paper.drawImage(this.#picture, AXIS, AXIS, side, side);
    const style = getComputedStyle(canvas);
    const colours = {
      ink: style.getPropertyValue('--ink-soft'),
      accent: style.getPropertyValue('--pick'),
    };
    this.#drawAxes(paper, side, colours.ink);
    this.#drawSelection(paper, side, colours.accent);
  }

  #drawAxes(paper: CanvasRenderingContext2D, side: number, ink: string) {
    const { molecule } = this.#context.result;
    const at = (residue: number): number => AXIS + (side * residue) / this.#size;
    paper.fillStyle = paper.strokeStyle = ink;
    paper.font = '10.5px system-ui, sans-serif';
    const step = niceStep(this.#size / TICKS);
    for (let residue = 0; residue < this.#size; residue++) {
      const number = molecule.residueNumber[residue]!;
      if (number % step !== 0) continue;
      paper.textAlign = 'center';
      paper.fillText(String(number), at(residue + 0.5), AXIS - 9);
      paper.textAlign = 'right';
      paper.fillText(String(number), AXIS - 8, at(residue + 0.5) + 3.5);
    }
    paper.lineWidth = 1;
    for (const { first } of molecule.chains.slice(1)) {
      paper.beginPath();
      paper.moveTo(at(first), AXIS);
      paper.lineTo(at(first), AXIS + side);
      paper.moveTo(AXIS, at(first));
      paper.lineTo(AXIS + side, at(first));
      paper.stroke();
    }
  }

  #drawSelection(paper: CanvasRenderingContext2D, side: number, accent: string) {
    const { selected, hovered } = this.#context.selection.state;
    const at = (residue: number): number => AXIS + (side * residue) / this.#size;
    paper.fillStyle = paper.strokeStyle = accent;
    for (const [first, last] of runsOf(selected)) {
      const length = Math.max(2, at(last + 1) - at(first));
      paper.fillRect(at(first), AXIS - 5, length, 4);
      paper.fillRect(AXIS - 5, at(first), 4, length);
    }
    paper.lineWidth = 1;
    paper.globalAlpha = 0.7;
    const cell = this.#cell ?? (hovered === null ? null : { row: hovered, column: hovered });
    if (cell) {
      paper.beginPath();
      paper.moveTo(at(cell.column + 0.5), AXIS);
      paper.lineTo(at(cell.column + 0.5), AXIS + side);
      paper.moveTo(AXIS, at(cell.row + 0.5));
      paper.lineTo(AXIS + side, at(cell.row + 0.5));
      paper.stroke();
    }
    paper.globalAlpha = 1;
    if (this.#anchor && this.#cell) {
      const [x, y] = [
        Math.min(this.#anchor.column, this.#cell.column),
        Math.min(this.#anchor.row, this.#cell.row),
      ];
      const across = Math.abs(this.#anchor.column - this.#cell.column) + 1;
      const down = Math.abs(this.#anchor.row - this.#cell.row) + 1;
      paper.lineWidth = 2;
      paper.strokeRect(at(x), at(y), (side * across) / this.#size, (side * down) / this.#size);
    }
  }
}

/** 1, 2 or 5 times a power of ten, at least `least`. */
function niceStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, least)));
  return [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= least) ?? power;
}
