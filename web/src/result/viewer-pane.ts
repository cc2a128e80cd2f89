import { messageOf } from '#errors';
import { representativeAtom, type Molecule } from '../molecule/molecule.js';
import { residueText, selectionText } from '../panels/residue-text.js';
import { walkByKey } from '../panels/sequence-strip.js';
import { announce } from '../page/announce.js';
import { h, select } from '../page/dom.js';
import { icon } from '../page/icons.js';
import type { Selection } from '../molecule/selection.js';
import { COLOUR_SCHEMES, legend } from '../viewer/colours.js';
import { REPRESENTATIONS, type RepresentationKind } from '../viewer/representation.js';
import { Viewer } from '../viewer/viewer.js';
import { helpDialog } from './help-dialog.js';
import { MeasureLabels } from './measure-labels.js';
import { mutantChoice } from './mutant.js';
import { pictureDialog } from './picture-dialog.js';
import { printView } from './print-view.js';
import { watchPointer } from './pointer.js';
import type { ResidueColouring } from '../panels/residue-colouring.js';
import type { Result } from '../data/result.js';
import { pressViewerKey } from './viewer-keys.js';
import { viewerTheme } from './viewer-theme.js';

const MEASURES = { distance: 2, angle: 3, dihedral: 4 } as const;

/** The 3D view with its tools. */
export class ViewerPane {
  readonly element: HTMLElement;
  /** Undefined where the browser offers no WebGL 2; everything else still works. */
  readonly viewer: Viewer | undefined;
  readonly #result: Result;
  readonly #selection: Selection;
  readonly #colouring: ResidueColouring;
  readonly #stage = h('div', {
    class: 'stage',
    tabindex: 0,
    role: 'application',
    'aria-label': '3D view. Arrow keys walk through residues; press ? for all keys.',
  });
  readonly #tip = h('div', { class: 'tip', hidden: true, 'aria-hidden': 'true' });
  readonly #legend = h('ul', { class: 'legend', 'aria-label': 'Colours' });
  readonly #info = h('div', { class: 'info' });
  readonly #stops: (() => void)[] = [];
  #isSpinning = false;
  /** Atoms clicked so far while measuring; null while not. */
  #measuring: { kind: keyof typeof MEASURES; atoms: number[] } | null = null;

  constructor(result: Result, selection: Selection, colouring: ResidueColouring) {
    this.#result = result;
    this.#selection = selection;
    this.#colouring = colouring;
    this.element = h('section', { class: 'card viewer', 'aria-label': '3D structure' });
    this.viewer = this.#createViewer();
    const print = printView(this.viewer);
    this.element.append(
      ...(this.viewer ? [this.#tools(this.viewer)] : []),
      h('div', { class: 'stage-frame' }, this.#stage, print.element, this.#legend, this.#tip),
      this.#info,
    );
    this.#stops.push(
      print.dispose,
      selection.subscribe(() => {
        this.#showInfo();
      }),
      colouring.subscribe(() => {
        this.#applySettings();
        this.#showInfo();
      }),
    );
    this.#showInfo();
    // the stage takes its colours from the page once it is part of it
    requestAnimationFrame(() => {
      this.#applySettings();
    });
  }

  dispose() {
    for (const stop of this.#stops) stop();
    this.viewer?.dispose();
  }

  get #molecule(): Molecule {
    return this.#result.molecule;
  }

  #createViewer(): Viewer | undefined {
    try {
      const viewer = new Viewer(this.#stage, this.#molecule, this.#selection);
      viewer.stage.renderer.domElement.setAttribute('aria-hidden', 'true');
      const labels = new MeasureLabels(viewer);
      this.#stage.append(labels.element);
      viewer.stage.onRendered = () => {
        labels.update();
      };
      this.#listen(viewer);
      return viewer;
    } catch (error) {
      const reason = messageOf(error);
      this.#stage.replaceChildren(
        h(
          'div',
          { class: 'no-webgl', role: 'alert' },
          h('b', {}, 'The 3D view needs WebGL 2, which this browser does not offer.'),
          h(
            'p',
            {},
            'Everything else on this page works. Turning on hardware acceleration in the browser’s settings usually helps.',
          ),
          h('p', { class: 'hint' }, reason),
        ),
      );
      return undefined;
    }
  }

  #applySettings() {
    if (this.viewer) this.viewer.theme = viewerTheme(this.element);
    this.#recolour();
  }

  #recolour() {
    const { colouring, label } = this.#colouring;
    if (this.viewer) this.viewer.colouring = colouring;
    this.#legend.replaceChildren(
      h('li', { class: 'legend-title' }, label),
      ...legend(this.#molecule, colouring).map(({ colour, label }) => {
        const swatch = h('i', { 'aria-hidden': 'true' });
        swatch.style.background = colour;
        return h('li', {}, swatch, label);
      }),
    );
  }

  #textOf(residue: number): string {
    return residueText(this.#result, residue, this.#colouring.shown);
  }

  #listen(viewer: Viewer) {
    const residueOf = (atom: number | null): number | null =>
      atom === null ? null : this.#molecule.residueOfAtom[atom]!;
    watchPointer(viewer, {
      onHover: (atom, { x, y }) => {
        const residue = residueOf(atom);
        this.#selection.hover(residue);
        this.#tip.hidden = residue === null;
        this.#stage.classList.toggle('pointing', residue !== null);
        if (residue === null || atom === null) return;
        this.#tip.textContent = this.#textOf(residue);
        this.#tip.style.translate = `${x + 14}px ${y + 14}px`;
      },
      onClick: (atom, isAdding) => {
        if (this.#measuring) this.#measureAtom(atom);
        else this.#select(residueOf(atom), isAdding);
      },
      onDoubleClick: (atom) => {
        const residue = residueOf(atom);
        if (residue === null) viewer.resetView();
        else viewer.focus([residue]);
      },
    });
    this.#stage.addEventListener('keydown', (event) => {
      if (this.#pressKey(event, viewer)) event.preventDefault();
    });
  }

  #select(residue: number | null, isAdding: boolean) {
    if (residue === null) this.#selection.clear();
    else if (isAdding) this.#selection.toggle(residue);
    else this.#selection.select([residue]);
    if (residue !== null) announce(this.#textOf(residue));
  }

  #pressKey(event: KeyboardEvent, viewer: Viewer): boolean {
    const commands = {
      spin: () => {
        this.#spin(viewer);
      },
      measure: () => {
        this.#measureSelection(viewer);
      },
      help: () => {
        this.#open(helpDialog());
      },
    };
    return (
      pressViewerKey(event, viewer, commands) ||
      walkByKey(event, {
        ...{ selection: this.#selection, result: this.#result },
        ...{ colouring: this.#colouring, viewer },
      })
    );
  }

  #open(dialog: HTMLDialogElement) {
    this.element.append(dialog);
    dialog.showModal();
  }

  #spin(viewer: Viewer) {
    this.#isSpinning = !this.#isSpinning;
    viewer.stage.isSpinning = this.#isSpinning;
    this.element
      .querySelector('[data-tool=spin]')
      ?.setAttribute('aria-pressed', String(this.#isSpinning));
  }

  /** Measures between the CA atoms of 2, 3 or 4 selected residues, in the order in which they were selected. */
  #measureSelection(viewer: Viewer) {
    const atoms = [...this.#selection.state.selected].map((residue) =>
      representativeAtom(this.#molecule, residue),
    );
    this.#addMeasurement(
      viewer,
      atoms.filter((atom) => atom >= 0),
    );
  }

  #addMeasurement(viewer: Viewer, atoms: readonly number[]) {
    const measured = viewer.addMeasurement(atoms);
    announce(
      measured
        ? `${measured.kind} ${measured.text}: ${measured.title}`
        : 'Select two residues for a distance, three for an angle, four for a dihedral.',
    );
    this.#showInfo();
  }

  #measureAtom(atom: number | null) {
    if (!this.#measuring || atom === null || !this.viewer) return;
    this.#measuring.atoms.push(atom);
    const { kind, atoms } = this.#measuring;
    if (atoms.length === MEASURES[kind]) {
      this.#measuring.atoms = [];
      this.#addMeasurement(this.viewer, atoms);
    }
    this.#showInfo();
  }

  #tools(viewer: Viewer): HTMLElement {
    const tool = (name: Parameters<typeof icon>[0], label: string, run: () => void): HTMLElement =>
      h(
        'button',
        {
          type: 'button',
          class: 'icon-button',
          'aria-label': label,
          title: label,
          'data-tool': name,
          on: { click: run },
        },
        icon(name),
      );
    const toggle = (button: HTMLElement, isOn: boolean): HTMLElement => {
      button.setAttribute('aria-pressed', String(isOn));
      return button;
    };
    let hasEffects = true;
    const depth = tool('depth', 'Shading and outlines', () => {
      hasEffects = !hasEffects;
      viewer.hasDepthEffects = hasEffects;
      toggle(depth, hasEffects);
    });
    const measure = tool('measure', 'Measure by clicking atoms', () => {
      this.#measuring = this.#measuring ? null : { kind: 'distance', atoms: [] };
      toggle(measure, this.#measuring !== null);
      this.#showInfo();
    });
    return h(
      'div',
      { class: 'tools', role: 'group', 'aria-label': 'Tools of the 3D view' },
      select<RepresentationKind>({
        label: 'Show as',
        value: 'cartoon',
        entries: REPRESENTATIONS.map(({ kind, label }) => ({ value: kind, label })),
        onChange: (kind) => {
          viewer.representation = kind;
        },
      }),
      select({
        label: 'Colour by',
        value: this.#colouring.scheme,
        entries: COLOUR_SCHEMES,
        onChange: (scheme) => {
          this.#colouring.choose(scheme);
        },
      }),
      h(
        'div',
        { class: 'icon-row' },
        tool('reset', 'Reset view', () => {
          viewer.resetView();
        }),
        toggle(
          tool('spin', 'Spin', () => {
            this.#spin(viewer);
          }),
          false,
        ),
        toggle(measure, false),
        toggle(depth, true),
        tool('picture', 'Save picture', () => {
          this.#open(pictureDialog(viewer, this.#molecule.name));
        }),
        tool('fullscreen', 'Full screen', () => void this.#toggleFullscreen()),
        tool('help', 'Keys and gestures', () => {
          this.#open(helpDialog());
        }),
      ),
    );
  }

  async #toggleFullscreen() {
    if (document.fullscreenElement) await document.exitFullscreen();
    else
      await this.element.requestFullscreen().catch(() => {
        announce('Full screen is not possible here.');
      });
  }

  #showInfo() {
    const { selected } = this.#selection.state;
    const { viewer } = this;
    const action = (label: string, run: () => void): HTMLElement =>
      h('button', { type: 'button', class: 'quiet', on: { click: run } }, label);
    const parts: (HTMLElement | string)[] = [];
    if (this.#measuring) parts.push(this.#measureBar(this.#measuring));
    else if (selected.size === 0)
      parts.push(
        h(
          'span',
          { class: 'hint' },
          'Click a residue to select it, Shift-click for more. Double-click flies there.',
        ),
      );
    else parts.push(...this.#selectionSummary(selected));
    if (viewer && selected.size > 0 && !this.#measuring) {
      parts.push(
        action('Fly there', () => {
          viewer.focus(selected);
        }),
      );
      if (selected.size >= 2 && selected.size <= 4)
        parts.push(
          action('Measure', () => {
            this.#measureSelection(viewer);
          }),
        );
      const [only] = selected;
      const mutant = selected.size === 1 ? mutantChoice(this.#result, only!) : undefined;
      if (mutant) parts.push(mutant);
      parts.push(
        action('Clear', () => {
          this.#selection.clear();
        }),
      );
    }
    if (viewer && viewer.measurements.length > 0) {
      const last = viewer.measurements.at(-1)!;
      parts.push(h('span', { class: 'measured', title: last.title }, `${last.kind} ${last.text}`));
      parts.push(
        action('Remove measurements', () => {
          viewer.clearMeasurements();
          this.#showInfo();
        }),
      );
    }
    this.#info.replaceChildren(...parts);
  }

  #selectionSummary(selected: ReadonlySet<number>): HTMLElement[] {
    const sum = [...selected].reduce((total, residue) => total + this.#molecule.plddt[residue]!, 0);
    const [only] = selected;
    const text =
      selected.size === 1
        ? this.#textOf(only!)
        : `${selectionText(this.#molecule, selected)} · ${selected.size} residues · mean pLDDT ${(sum / selected.size).toFixed(0)}`;
    return [h('span', { class: 'chosen' }, text)];
  }

  #measureBar(measuring: { kind: keyof typeof MEASURES; atoms: number[] }): HTMLElement {
    const left = MEASURES[measuring.kind] - measuring.atoms.length;
    return h(
      'div',
      { class: 'row' },
      select<keyof typeof MEASURES>({
        label: 'Measure',
        value: measuring.kind,
        entries: [
          { value: 'distance', label: 'Distance' },
          { value: 'angle', label: 'Angle' },
          { value: 'dihedral', label: 'Dihedral' },
        ],
        onChange: (kind) => {
          this.#measuring = { kind, atoms: [] };
          this.#showInfo();
        },
      }),
      h('span', { class: 'hint' }, `Click ${left} ${left === 1 ? 'more atom' : 'atoms'}.`),
    );
  }
}
