import { describe, expect, it } from 'vitest';
import { attentionColour, coverageColour, distanceColour, errorColour } from '#web/panels/ramps';
import {
  chainColour,
  confidenceColour,
  isScore,
  legend,
  parseColour,
  ramp,
  residueColour,
  type Colouring,
  type Rgb,
} from '#web/viewer/colours';
import { CATEGORIES, CONFIDENCE, SECONDARY } from '#web/viewer/palette';
import { ResidueColours } from '#web/viewer/residue-colours';
import { smallMolecule } from '../../helpers/small-molecule.js';

const residue = (letter: string, more = {}) => ({
  ...{ letter, atoms: { CA: [0, 0, 0] as const } },
  ...more,
});
/** Two chains, of five and of one. */
const molecule = smallMolecule([
  residue('I', { plddt: 95, kind: 'helix' }),
  residue('R', { plddt: 80, kind: 'strand' }),
  residue('G', { plddt: 60 }),
  residue('X', { plddt: 20 }),
  residue('F', { plddt: 20 }),
  residue('D', { plddt: 20, chain: 1 }),
]);
const colourOf = (colouring: Omit<Colouring, 'palette'>, palette: 'usual' | 'safe' = 'usual') =>
  Array.from({ length: 6 }, (_, i) => residueColour(molecule, i, { ...colouring, palette }));
const hex = parseColour;

describe('ramp', () => {
  const stops: Rgb[] = [
    [0, 10, 250],
    [100, 20, 50],
    [40, 220, 0],
  ];

  it('goes from each stop to the next in proportion, and not beyond its ends', () => {
    expect(ramp(stops, 0)).toEqual(stops[0]);
    expect(ramp(stops, 0.125)).toEqual([25, 12.5, 200]);
    expect(ramp(stops, 0.5)).toEqual(stops[1]);
    expect(ramp(stops, 0.875)).toEqual([55, 170, 12.5]);
    expect(ramp(stops, 1)).toEqual(stops[2]);
    expect(ramp(stops, -3)).toEqual(stops[0]);
    expect(ramp(stops, 3)).toEqual(stops[2]);
  });

  it('reads colours by their bytes', () => {
    expect(parseColour('#0a80ff')).toEqual([10, 128, 255]);
  });
});

describe('residueColour', () => {
  it('of confidence is that of its class', () => {
    const classes = CONFIDENCE.safe.map(({ colour }) => hex(colour));
    expect(colourOf({ scheme: 'plddt' }, 'safe')).toEqual(
      [0, 1, 2, 3, 3, 3].map((at) => classes[at]),
    );
    expect(confidenceColour(Number.NaN, 'safe')).toEqual(classes[3]);
  });

  it('of values is that of confidence, and grey where there is none', () => {
    const values = [0.95, 0.8, 0.6, 0.2, Number.NaN];
    const [first, second, third, fourth, none, missing] = colourOf({ scheme: 'value', values });
    const classes = CONFIDENCE.usual.map(({ colour }) => hex(colour));
    expect([first, second, third, fourth]).toEqual(classes);
    expect(none).toEqual([170, 170, 170]);
    expect(missing).toEqual(none);
    expect(colourOf({ scheme: 'value' })[0]).toEqual(none);
  });

  it('of chains comes round after the last of the palette', () => {
    const [one, , , , , other] = colourOf({ scheme: 'chain' });
    expect([one, other]).toEqual([hex(CATEGORIES.usual[0]!), hex(CATEGORIES.usual[1]!)]);
    expect(chainColour(9, 'safe')).toEqual(hex(CATEGORIES.safe[1]!));
  });

  it('of the rainbow runs from blue to red, or dark to light, along each chain', () => {
    const colours = colourOf({ scheme: 'rainbow' });
    expect(colours[0]).toEqual(hex('#3b4cc0'));
    expect(colours[4]).toEqual(hex('#c0392b'));
    expect(colours[5]).toEqual(colours[0]);
    // Half way is between the third and the fourth of six.
    const [third, fourth] = [hex('#3fbf8f'), hex('#c8c83c')];
    expect(colours[2]).toEqual(third.map((x, k) => (x + fourth[k]!) / 2));
    const safe = colourOf({ scheme: 'rainbow' }, 'safe');
    expect([safe[0], safe[4]]).toEqual([hex('#00224e'), hex('#fee838')]);
  });

  it('of secondary structure is that of its kind', () => {
    const { helix, strand, coil } = SECONDARY.usual;
    expect(colourOf({ scheme: 'secondary' }).map(String)).toEqual(
      [helix, strand, coil, coil, coil, coil].map((colour) => String(hex(colour))),
    );
  });

  it('of residue types is that of their class, grey for what has none', () => {
    const classes = ['aliphatic', 'aromatic', 'polar', 'positive', 'negative', 'special'];
    const of = (name: string) => hex(CATEGORIES.usual[classes.indexOf(name)]!);
    expect(colourOf({ scheme: 'residue' })).toEqual([
      of('aliphatic'),
      of('positive'),
      of('special'),
      [150, 150, 150],
      of('aromatic'),
      of('negative'),
    ]);
  });

  it('of hydrophobicity runs from arginine to isoleucine', () => {
    const [isoleucine, arginine, , unknown] = colourOf({ scheme: 'hydrophobicity' });
    expect(isoleucine).toEqual(hex('#c8791e'));
    expect(arginine).toEqual(hex('#2f7fb8'));
    expect(unknown).toEqual(hex('#f2efe6')); // neither
  });
});

describe('legend', () => {
  const of = (scheme: Colouring['scheme'], palette: 'usual' | 'safe' = 'usual') =>
    legend(molecule, { scheme, palette });
  const css = (colour: string) => `rgb(${hex(colour).join(' ')})`;

  it('has a row for each class, chain or kind, in its colour', () => {
    expect(of('plddt').map(({ label }) => label)).toEqual([
      'Very high (> 90)',
      'High (70–90)',
      'Low (50–70)',
      'Very low (≤ 50)',
    ]);
    expect(of('value').map(({ label }) => label)).toEqual(['> 0.9', '0.7–0.9', '0.5–0.7', '≤ 0.5']);
    expect(of('chain', 'safe')).toEqual([
      { colour: css('#0072b2'), label: 'Chain A' },
      { colour: css('#e69f00'), label: 'Chain B' },
    ]);
    expect(of('secondary').map(({ label }) => label)).toEqual(['Helix', 'Strand', 'Coil']);
    expect(of('residue').map(({ label }) => label)).toEqual([
      ...['Aliphatic', 'Aromatic', 'Polar', 'Positive', 'Negative', 'Special'],
    ]);
    expect(of('residue')[2]!.colour).toBe(css(CATEGORIES.usual[2]!));
  });

  it('names both ends of a ramp', () => {
    expect(of('rainbow').map(({ label }) => label)).toEqual([
      'N terminus',
      '',
      '',
      '',
      'C terminus',
    ]);
    expect(of('rainbow')[0]!.colour).toBe(css('#3b4cc0'));
    expect(of('rainbow')[4]!.colour).toBe(css('#c0392b'));
    // A quarter of the way is a quarter of the step from the second to the third of six.
    const [second, third] = [hex('#2c9fd6'), hex('#3fbf8f')];
    const quarter = second.map((x, k) => Math.round(x + (third[k]! - x) / 4));
    expect(of('rainbow')[1]!.colour).toBe(`rgb(${quarter.join(' ')})`);
    const [fourth, fifth] = [hex('#c8c83c'), hex('#f08a3c')];
    const threeQuarters = fourth.map((x, k) => Math.round(x + (3 * (fifth[k]! - x)) / 4));
    expect(of('rainbow')[3]!.colour).toBe(`rgb(${threeQuarters.join(' ')})`);
    expect(of('rainbow', 'safe')[4]!.colour).toBe(css('#fee838'));
    expect(of('hydrophobicity')).toEqual([
      { colour: css('#2f7fb8'), label: 'Hydrophilic' },
      { colour: css('#f2efe6'), label: '' },
      { colour: css('#c8791e'), label: 'Hydrophobic' },
    ]);
  });

  it('is read as a score for confidence and values alone', () => {
    expect((['plddt', 'value', 'chain', 'rainbow'] as const).map(isScore)).toEqual([
      ...[true, true, false, false],
    ]);
  });
});

describe('the ramps of panels', () => {
  it('run from the first colour to the last, and are grey without a value', () => {
    expect(errorColour(0, 30)).toEqual(hex('#00441b'));
    expect(errorColour(15, 30)).toEqual(ramp([hex('#5aae61'), hex('#a6dba0')], 0.5));
    expect(errorColour(30, 30)).toEqual(hex('#f7fcf5'));
    expect(distanceColour(6, 30)).toEqual(hex('#1d4f8c'));
    expect(coverageColour(0.25)).toEqual(hex('#7fb069'));
    expect(attentionColour(0.16)).toEqual(hex('#b79fd8')); // its root is two fifths
    expect(attentionColour(-1)).toEqual(hex('#faf8fd'));
    for (const colour of [errorColour(NaN, 30), distanceColour(NaN, 24), coverageColour(NaN)])
      expect(colour).toEqual([190, 190, 190]);
  });
});

describe('ResidueColours.paint', () => {
  const NOTHING = { selected: new Set<number>(), hovered: null, cursor: null };
  const texel = (colours: ResidueColours, i: number) => [
    ...(colours.texture.image.data as Uint8Array).subarray(4 * i, 4 * i + 4),
  ];

  it('fades what is not selected into the background, and lights what is under the pointer', () => {
    const colours = new ResidueColours(3);
    colours.fill(3, [100, 50, 0]);
    const version = colours.texture.version;
    colours.paint(NOTHING, [255, 255, 255]);
    expect(colours.texture.version).toBe(version + 1);
    for (const i of [0, 1, 2]) expect(texel(colours, i)).toEqual([100, 50, 0, 255]);
    colours.paint({ ...NOTHING, selected: new Set([1]), hovered: 2 }, [200, 250, 100]);
    expect(texel(colours, 0)).toEqual([158, 166, 58, 70]); // 0.58 of the way
    expect(texel(colours, 1)).toEqual([100, 50, 0, 255]);
    expect(texel(colours, 2)).toEqual([202, 206, 147, 70]); // and 0.45 of the way on to white
    colours.paint({ ...NOTHING, hovered: 0 }, [0, 0, 0]);
    expect(texel(colours, 0)).toEqual([170, 142, 115, 255]);
  });

  it('has rows of 256 residues, at least one', () => {
    const size = (numResidues: number) => {
      const { width, height } = new ResidueColours(numResidues).texture.image;
      return [width, height];
    };
    expect([0, 1, 256, 257, 600].map(size)).toEqual([
      [256, 1],
      [256, 1],
      [256, 1],
      [256, 2],
      [256, 3],
    ]);
    const colours = new ResidueColours(molecule.numResidues);
    expect(texel(colours, 255)).toEqual([255, 255, 255, 255]);
    colours.colour(molecule, { scheme: 'chain', palette: 'usual' });
    colours.paint(NOTHING, [0, 0, 0]);
    expect(texel(colours, 5)).toEqual([...hex(CATEGORIES.usual[1]!), 255]);
    colours.colour(molecule, { scheme: 'plddt', palette: 'usual' });
    colours.paint(NOTHING, [0, 0, 0]);
    expect(texel(colours, 0)).toEqual([...hex(CONFIDENCE.usual[0]!.colour), 0]);
    let isDisposed = false;
    colours.texture.addEventListener('dispose', () => (isDisposed = true));
    colours.dispose();
    expect(isDisposed).toBe(true);
  });
});
