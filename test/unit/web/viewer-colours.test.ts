import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readStructure } from '#web/molecule/read-structure';
import { parseColour, type ColourScheme, type Rgb } from '#web/viewer/colours';
import { CONFIDENCE } from '#web/viewer/palette';
import { ResidueColours } from '#web/viewer/residue-colours';

const molecule = readStructure(readFileSync('test/fixtures/web/1ema-a.pdb', 'utf8'), '1ema-a');
const NOTHING = { selected: new Set<number>(), hovered: null, cursor: null };
const WHITE: Rgb = [255, 255, 255];

/** How strongly atoms other than carbon show their element's colour, residue by residue. */
function elementShares(scheme: ColourScheme): number[] {
  const colours = new ResidueColours(molecule.numResidues);
  colours.colour(molecule, { scheme, palette: 'usual', values: molecule.plddt });
  colours.paint(NOTHING, WHITE);
  const { data } = colours.texture.image;
  return Array.from({ length: molecule.numResidues }, (_, i) => Number(data![4 * i + 3]));
}

describe('ResidueColours', () => {
  it.each(['plddt', 'value'] as const)('shows no element in the colours of %s', (scheme) => {
    expect(new Set(elementShares(scheme))).toEqual(new Set([0]));
  });

  it('shows elements where colours are names', () => {
    expect(new Set(elementShares('chain'))).toEqual(new Set([255]));
  });
});

const linear = (value: number): number =>
  value <= 10.3 ? value / 3294.6 : ((value / 255 + 0.055) / 1.055) ** 2.4;
const luminance = (rgb: Rgb): number =>
  0.2126 * linear(rgb[0]) + 0.7152 * linear(rgb[1]) + 0.0722 * linear(rgb[2]);
/** @source WCAG 2.2, contrast ratio */
const contrast = (a: Rgb, b: Rgb): number => {
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (high! + 0.05) / (low! + 0.05);
};

/** What three kinds of colour-blind eyes make of red, green and blue. @source Machado et al. 2009, doi:10.1109/TVCG.2009.113 */
const EYES: Readonly<Record<string, readonly Rgb[]>> = {
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

/** CIE L*a*b* of linear light. */
function lab([r, g, b]: Rgb): Rgb {
  const [x, y, z] = [
    (0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505,
    0.2126 * r + 0.7152 * g + 0.0722 * b,
    (0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089,
  ].map((t) => (t > 0.008856 ? Math.cbrt(t) : 7.787 * t + 16 / 116));
  return [116 * y! - 16, 500 * (x! - y!), 200 * (y! - z!)];
}

/** How different two colours look to an eye, CIE 1976; 2.3 is just noticeable. */
function difference(a: Rgb, b: Rgb, eye: readonly Rgb[]): number {
  const seen = (rgb: Rgb): Rgb => {
    const light = rgb.map(linear);
    const [r, g, blue] = eye.map((row) =>
      Math.min(1, Math.max(0, row[0] * light[0]! + row[1] * light[1]! + row[2] * light[2]!)),
    );
    return lab([r!, g!, blue!]);
  };
  const [p, q] = [seen(a), seen(b)];
  return Math.hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2]);
}

describe('the safe colours of confidence', () => {
  const colours = CONFIDENCE.safe.map(({ colour }) => parseColour(colour));

  it.each([
    ['a white', [255, 255, 255]],
    ['a dark', [17, 23, 29]],
  ] as const)('are seen on %s ground', (_, ground) => {
    for (const colour of colours) expect(contrast(colour, ground)).toBeGreaterThan(1.5);
  });

  it.each(Object.entries(EYES))('differ for eyes with %s', (_, eye) => {
    for (const [i, colour] of colours.entries())
      for (const other of colours.slice(i + 1))
        expect(difference(colour, other, eye)).toBeGreaterThan(30);
  });
});
