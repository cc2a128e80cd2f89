import { Color, Group, Vector3, type Object3D } from 'three';
import { representativeAtom, type Molecule } from '../molecule/molecule.js';
import type { Selection } from '../molecule/selection.js';
import { isScore, parseColour, type Colouring, type Rgb } from './colours.js';
import { discard, group } from './drawing.js';
import type { Link } from './link.js';
import { measure, type Measurement } from './measure.js';
import { Picker, type Picked } from './picker.js';
import { broadestPose, widened, type Pose } from './pose.js';
import { drawMolecule, type RepresentationKind } from './representation.js';
import { ResidueColours } from './residue-colours.js';
import { dashes, drawRods } from './rods.js';
import { Stage } from './stage.js';

/** Colours that come from the page's theme, as CSS has them: minifiers shorten `#ffffff` to `#fff`. */
export interface ViewerTheme {
  readonly background: string;
  readonly outline: string;
  readonly accent: string;
}

/** Red, green, blue as they are shown, 0-255. */
function rgbOf(colour: Color): Rgb {
  const { r, g, b } = colour.clone().convertLinearToSRGB();
  return [255 * r, 255 * g, 255 * b];
}

/** How far the most distant parts fade into the background; colours that are scores must stay what they are. */
const HAZE = { score: 0.12, other: 0.55 };
const REFERENCE_COLOUR = '#9aa0a8';
/** Residues around which the camera flies to, Å. */
const CLOSE_UP_RADIUS = 9;

/** One molecule on a stage: how it is drawn and coloured, what is picked, measured and linked. */
export class Viewer {
  readonly stage: Stage;
  readonly #selection: Selection;
  readonly #picker: Picker;
  readonly #root = new Group();
  readonly #unsubscribe: () => void;
  #molecule: Molecule;
  #drawn: Object3D = group();
  #marks: Object3D = group();
  #reference: Object3D = group();
  #referenceColours: ResidueColours | undefined;
  #colours: ResidueColours;
  #representation: RepresentationKind = 'cartoon';
  #colouring: Colouring = { scheme: 'plddt', palette: 'usual' };
  #theme: ViewerTheme = { background: '#ffffff', outline: '#1b2430', accent: '#c2266b' };
  #links: readonly Link[] = [];
  #measurements: readonly Measurement[] = [];
  /** How the molecule lies, and how much around it is shown: the reference too. */
  readonly #pose: Pose;
  #view: Pose;

  /** @throws Error when the browser offers no WebGL 2 */
  constructor(container: HTMLElement, molecule: Molecule, selection: Selection) {
    this.stage = new Stage(container);
    this.#picker = new Picker(this.stage.renderer);
    this.#selection = selection;
    this.#molecule = molecule;
    this.#colours = new ResidueColours(molecule.numResidues);
    this.#root.matrixAutoUpdate = false;
    this.#root.add(this.#drawn, this.#marks, this.#reference);
    this.stage.scene.add(this.#root);
    this.#pose = this.#view = this.#place(molecule);
    this.#redraw();
    this.stage.onSized = () => {
      this.resetView(true);
    };
    this.#unsubscribe = selection.subscribe(() => {
      this.#paint();
    });
  }

  get molecule(): Molecule {
    return this.#molecule;
  }

  get measurements(): readonly Measurement[] {
    return this.#measurements;
  }

  set representation(kind: RepresentationKind) {
    this.#representation = kind;
    this.#redraw();
  }

  set colouring(colouring: Colouring) {
    this.#colouring = colouring;
    this.#recolour();
  }

  set theme(theme: ViewerTheme) {
    this.#theme = theme;
    this.stage.style = {
      ...this.stage.style,
      background: new Color(theme.background),
      outline: new Color(theme.outline),
    };
    this.#mark();
    this.#paint();
  }

  /** Ambient occlusion and outlines. */
  set hasDepthEffects(hasEffects: boolean) {
    this.stage.style = { ...this.stage.style, hasEffects };
    this.stage.invalidate();
  }

  /** Residues joined by lines, strongest thickest. */
  set links(links: readonly Link[]) {
    this.#links = links;
    this.#mark();
  }

  /** Same residues, new coordinates; the view stays. */
  update(molecule: Molecule) {
    this.#molecule = molecule;
    this.#redraw();
    this.#mark();
  }

  /** A second structure in grey, already superposed, and a view that shows both; null takes it away. */
  showReference(reference: Molecule | null) {
    discard(this.#reference);
    this.#referenceColours?.dispose();
    this.#reference = group();
    if (reference) {
      this.#referenceColours = new ResidueColours(reference.numResidues);
      this.#referenceColours.fill(reference.numResidues, parseColour(REFERENCE_COLOUR));
      this.#referenceColours.paint({ selected: new Set(), hovered: null, cursor: null }, [0, 0, 0]);
      this.#reference = drawMolecule(reference, 'cartoon', this.#referenceColours.texture);
      this.#reference.traverse((part) => (part.userData = {})); // not for picking
    }
    this.#root.add(this.#reference);
    const view = reference ? widened(this.#pose, reference) : this.#pose;
    const isOther = view.radius !== this.#view.radius || view.halfHeight !== this.#view.halfHeight;
    this.#view = view;
    this.stage.extent = view.radius;
    if (isOther) this.resetView();
    this.stage.invalidate();
  }

  /** What is drawn at a point of the canvas, as an atom index. */
  pick(x: number, y: number): number | null {
    const { clientWidth: width, clientHeight: height } = this.stage.renderer.domElement;
    const { scene, camera } = this.stage;
    const picked: Picked | null = this.#picker.pick(scene, camera, { x, y, width, height });
    if (picked === null) return null;
    if (picked.kind === 'atom') return picked.index;
    const atom = representativeAtom(this.#molecule, picked.index);
    return atom < 0 ? null : atom;
  }

  /** Measures 2 to 4 atoms and keeps the result in view. */
  addMeasurement(atoms: readonly number[]): Measurement | undefined {
    const measured = measure(this.#molecule, atoms);
    if (measured) this.#measurements = [...this.#measurements, measured];
    this.#mark();
    return measured;
  }

  clearMeasurements() {
    this.#measurements = [];
    this.#mark();
  }

  /** Flies to residues. */
  focus(residues: Iterable<number>) {
    const places = [...residues].map((residue) =>
      this.placeOf(representativeAtom(this.#molecule, residue)),
    );
    const known = places.filter((place) => place !== undefined);
    if (known.length === 0) return;
    const centre = known
      .reduce((sum, place) => sum.add(place), new Vector3())
      .divideScalar(known.length);
    const spread = Math.max(...known.map((place) => place.distanceTo(centre)));
    this.stage.lookAt(centre, Math.min(this.#view.radius, spread + CLOSE_UP_RADIUS));
  }

  resetView(isInstant = false) {
    const direction = new Vector3(0, 0, 1);
    const { radius, halfHeight } = this.#view;
    this.stage.lookAt(new Vector3(), radius, { isInstant, direction, halfHeight });
  }

  /** Where an atom is in the scene; undefined for -1. */
  placeOf(atom: number): Vector3 | undefined {
    if (atom < 0) return undefined;
    return new Vector3()
      .fromArray(this.#molecule.positions, 3 * atom)
      .applyMatrix4(this.#root.matrix);
  }

  /** Where an atom is on the canvas, in CSS pixels; undefined behind the camera. */
  project(place: Vector3): { x: number; y: number } | undefined {
    const { clientWidth, clientHeight } = this.stage.renderer.domElement;
    const projected = place.clone().project(this.stage.camera);
    if (projected.z > 1) return undefined;
    return { x: ((projected.x + 1) / 2) * clientWidth, y: ((1 - projected.y) / 2) * clientHeight };
  }

  dispose() {
    this.#unsubscribe();
    discard(this.#root);
    this.#colours.dispose();
    this.#referenceColours?.dispose();
    this.#picker.dispose();
    this.stage.dispose();
  }

  #place(molecule: Molecule): Pose {
    const pose = broadestPose(molecule);
    this.#root.matrix.copy(pose.matrix);
    this.#root.matrixWorldNeedsUpdate = true;
    this.stage.extent = pose.radius;
    return pose;
  }

  #redraw() {
    discard(this.#drawn);
    this.#drawn = drawMolecule(this.#molecule, this.#representation, this.#colours.texture);
    this.#root.add(this.#drawn);
    this.#recolour();
  }

  #recolour() {
    this.#colours.colour(this.#molecule, this.#colouring);
    const haze = isScore(this.#colouring.scheme) ? HAZE.score : HAZE.other;
    this.stage.style = { ...this.stage.style, haze };
    this.#paint();
  }

  #paint() {
    this.#colours.paint(this.#selection.state, rgbOf(this.stage.style.background));
    this.stage.invalidate();
  }

  /** Draws links and measurements. */
  #mark() {
    discard(this.#marks);
    const point = (atom: number): Vector3 =>
      new Vector3().fromArray(this.#molecule.positions, 3 * atom);
    const measured = this.#measurements.flatMap(({ atoms }) =>
      atoms.slice(1).flatMap((atom, i) => dashes(point(atoms[i]!), point(atom))),
    );
    const linked = this.#links.flatMap(({ from, to, weight }) => {
      const ends = [from, to].map((residue) => representativeAtom(this.#molecule, residue));
      if (ends.some((atom) => atom < 0)) return [];
      return [{ from: point(ends[0]!), to: point(ends[1]!), radius: 0.05 + 0.16 * weight }];
    });
    this.#marks = group(drawRods([...measured, ...linked], this.#theme.accent));
    this.#root.add(this.#marks);
    this.stage.invalidate();
  }
}
