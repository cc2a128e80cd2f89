import { DataTexture, NearestFilter, RGBAFormat, SRGBColorSpace, UnsignedByteType } from 'three';
import type { Molecule } from '../molecule/molecule.js';
import type { SelectionState } from '../molecule/selection.js';
import { isScore, residueColour, type Colouring, type Rgb } from './colours.js';

const WIDTH = 256;
/** Share of the background that unselected residues take on while others are selected. */
const FADE = 0.58;
const HOVER_GLOW = 0.45;

/** How strongly atoms other than carbon show their element's colour, 0-255: fully, or faded with their residue. */
const FULL_TINT = 255;
const FADED_TINT = 70;

const mix = (from: Rgb, to: Rgb, share: number): Rgb => [
  from[0] + share * (to[0] - from[0]),
  from[1] + share * (to[1] - from[1]),
  from[2] + share * (to[2] - from[2]),
];

/**
 * Colours of N residues in a texture that every drawing looks up, so that recolouring and highlighting
 * never rebuild geometry.
 */
export class ResidueColours {
  readonly texture: DataTexture;
  readonly #data: Uint8Array;
  #base: Rgb[] = [];
  #showsElements = true;

  constructor(numResidues: number) {
    const height = Math.max(1, Math.ceil(numResidues / WIDTH));
    this.#data = new Uint8Array(4 * WIDTH * height).fill(255);
    this.texture = new DataTexture(this.#data, WIDTH, height, RGBAFormat, UnsignedByteType);
    this.texture.colorSpace = SRGBColorSpace;
    this.texture.minFilter = this.texture.magFilter = NearestFilter;
  }

  /**
   * Colours of a scheme; `paint` shows them. Where colours are scores no atom shows its element: nitrogen's blue would
   * be read as high confidence.
   */
  colour(molecule: Molecule, colouring: Colouring) {
    this.#showsElements = !isScore(colouring.scheme);
    this.#base = Array.from({ length: molecule.numResidues }, (_, residue) =>
      residueColour(molecule, residue, colouring),
    );
  }

  /** One colour for all residues. */
  fill(numResidues: number, colour: Rgb) {
    this.#base = Array.from({ length: numResidues }, () => colour);
  }

  /** Writes the texture: what is not selected fades into the background, what is hovered glows. */
  paint({ selected, hovered }: SelectionState, background: Rgb) {
    this.#base.forEach((base, residue) => {
      const isFaded = selected.size > 0 && !selected.has(residue);
      const shown = isFaded ? mix(base, background, FADE) : base;
      const lit = residue === hovered ? mix(shown, [255, 255, 255], HOVER_GLOW) : shown;
      this.#data.set(lit.map(Math.round), 4 * residue);
      this.#data[4 * residue + 3] = this.#showsElements ? (isFaded ? FADED_TINT : FULL_TINT) : 0;
    });
    this.texture.needsUpdate = true;
  }

  dispose() {
    this.texture.dispose();
  }
}
