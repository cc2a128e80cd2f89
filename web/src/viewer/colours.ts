import { HYDROPATHY, RESIDUE_CLASSES } from '../molecule/residue-chemistry.js';
import type { Molecule } from '../molecule/molecule.js';
import { CATEGORIES, CONFIDENCE, SECONDARY, type Palette } from './palette.js';

/** Red, green, blue, each 0-255. */
export type Rgb = readonly [number, number, number];

/** What a residue's colour can say. `value` is any number a panel supplies, such as lDDT against a reference. */
export type ColourScheme =
  'plddt' | 'chain' | 'rainbow' | 'secondary' | 'residue' | 'hydrophobicity' | 'value';

/** Whether colours stand for numbers that are read off a legend. */
export function isScore(scheme: ColourScheme): boolean {
  return scheme === 'plddt' || scheme === 'value';
}

/** The schemes that a user can choose, with their names. */
export const COLOUR_SCHEMES: readonly { value: ColourScheme; label: string }[] = [
  { value: 'plddt', label: 'Confidence (pLDDT)' },
  { value: 'chain', label: 'Chain' },
  { value: 'rainbow', label: 'Rainbow, N to C' },
  { value: 'secondary', label: 'Secondary structure' },
  { value: 'residue', label: 'Residue type' },
  { value: 'hydrophobicity', label: 'Hydrophobicity' },
];

/** One row of a legend. */
export interface LegendEntry {
  readonly colour: string;
  readonly label: string;
}

/** Reads `#rrggbb`, and nothing else that CSS allows. */
export function parseColour(hex: string): Rgb {
  const value = Number.parseInt(hex.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

/** `t` of the way through a list of evenly spaced colours. */
export function ramp(stops: readonly Rgb[], t: number): Rgb {
  const place = Math.min(1, Math.max(0, t)) * (stops.length - 1);
  const index = Math.min(Math.floor(place), stops.length - 2);
  const [from, to] = [stops[index]!, stops[index + 1]!];
  const share = place - index;
  const mix = (channel: 0 | 1 | 2): number => from[channel] + share * (to[channel] - from[channel]);
  return [mix(0), mix(1), mix(2)];
}

const RAINBOW = ['#3b4cc0', '#2c9fd6', '#3fbf8f', '#c8c83c', '#f08a3c', '#c0392b'].map(parseColour);
/** Safe for colour-blind readers: dark blue over grey to yellow. */
const RAINBOW_SAFE = ['#00224e', '#35456c', '#666970', '#948e77', '#c8b866', '#fee838'].map(
  parseColour,
);
const GREASY = ['#2f7fb8', '#f2efe6', '#c8791e'].map(parseColour);

/** The class that a confidence belongs to. @param plddt 0-100 */
export function confidenceColour(plddt: number, palette: Palette): Rgb {
  const classes = CONFIDENCE[palette];
  const found = classes.find(({ above }) => plddt > above) ?? classes.at(-1)!;
  return parseColour(found.colour);
}

/** Colour of the nth chain. */
export function chainColour(chain: number, palette: Palette): Rgb {
  const colours = CATEGORIES[palette];
  return parseColour(colours[chain % colours.length]!);
}

function residueClassColour(letter: string, palette: Palette): Rgb {
  const found = RESIDUE_CLASSES.findIndex(({ letters }) => letters.includes(letter));
  return found < 0 ? [150, 150, 150] : chainColour(found, palette);
}

/** A panel's own values, shown in place of the chosen scheme. */
export interface ShownValues {
  /** What they are, such as `lDDT`. */
  readonly label: string;
  /** `[N]` 0-1; NaN where a residue has none. */
  readonly values: ArrayLike<number>;
}

/** How to colour: the scheme, whose palette, and what `value` shows. */
export interface Colouring {
  readonly scheme: ColourScheme;
  readonly palette: Palette;
  /** `[N]` 0-1 for the scheme `value`; NaN is drawn grey. */
  readonly values?: ArrayLike<number>;
}

/** The colour of one residue. */
export function residueColour(molecule: Molecule, residue: number, colouring: Colouring): Rgb {
  const { scheme, palette } = colouring;
  const letter = molecule.sequence.charAt(residue);
  switch (scheme) {
    case 'plddt':
      return confidenceColour(molecule.plddt[residue]!, palette);
    case 'chain':
      return chainColour(molecule.chainIndex[residue]!, palette);
    case 'rainbow': {
      const chain = molecule.chains[molecule.chainIndex[residue]!]!;
      const place = (residue - chain.first) / Math.max(1, chain.count - 1);
      return ramp(palette === 'safe' ? RAINBOW_SAFE : RAINBOW, place);
    }
    case 'secondary':
      return parseColour(SECONDARY[palette][molecule.secondary[residue]!]);
    case 'residue':
      return residueClassColour(letter, palette);
    case 'hydrophobicity':
      return ramp(GREASY, ((HYDROPATHY[letter] ?? 0) + 4.5) / 9);
    case 'value': {
      const value = colouring.values?.[residue] ?? Number.NaN;
      return Number.isNaN(value) ? [170, 170, 170] : confidenceColour(100 * value, palette);
    }
  }
}

/** What the colours of a scheme mean. */
export function legend(molecule: Molecule, { scheme, palette }: Colouring): LegendEntry[] {
  const css = (rgb: Rgb): string => `rgb(${rgb.map(Math.round).join(' ')})`;
  switch (scheme) {
    case 'plddt':
      return CONFIDENCE[palette].map(({ colour, label }) => ({ colour, label }));
    case 'value':
      return CONFIDENCE[palette].map(({ colour, share }) => ({ colour, label: share }));
    case 'chain':
      return molecule.chains.map(({ id }, i) => ({
        colour: css(chainColour(i, palette)),
        label: `Chain ${id}`,
      }));
    case 'rainbow':
      return [0, 0.25, 0.5, 0.75, 1].map((t) => ({
        colour: css(ramp(palette === 'safe' ? RAINBOW_SAFE : RAINBOW, t)),
        label: t === 0 ? 'N terminus' : t === 1 ? 'C terminus' : '',
      }));
    case 'secondary':
      return (['helix', 'strand', 'coil'] as const).map((kind) => ({
        colour: SECONDARY[palette][kind],
        label: kind.charAt(0).toUpperCase() + kind.slice(1),
      }));
    case 'residue':
      return RESIDUE_CLASSES.map(({ name }, i) => ({
        colour: css(chainColour(i, palette)),
        label: name.charAt(0).toUpperCase() + name.slice(1),
      }));
    case 'hydrophobicity':
      return [0, 0.5, 1].map((t) => ({
        colour: css(ramp(GREASY, t)),
        label: t === 0 ? 'Hydrophilic' : t === 1 ? 'Hydrophobic' : '',
      }));
  }
}
