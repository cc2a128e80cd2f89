/** The field's customary colours, or ones that colour-blind readers can tell apart. */
export type Palette = 'usual' | 'safe';

/** One class of confidence: everything above `above`, 0-100, that no class before it took. */
export interface ConfidenceClass {
  readonly above: number;
  readonly colour: string;
  readonly label: string;
  /** The same limits for a score of 0-1. */
  readonly share: string;
}

const classes = (colours: readonly [string, string, string, string]): ConfidenceClass[] => [
  { above: 90, colour: colours[0], label: 'Very high (> 90)', share: '> 0.9' },
  { above: 70, colour: colours[1], label: 'High (70–90)', share: '0.7–0.9' },
  { above: 50, colour: colours[2], label: 'Low (50–70)', share: '0.5–0.7' },
  { above: -Infinity, colour: colours[3], label: 'Very low (≤ 50)', share: '≤ 0.5' },
];

/**
 * Blue is trusted, yellow and orange are not. The safe colours keep that, and differ in lightness within each pair, so
 * that all four are told apart without red and green, and on white as on black.
 *
 * @source usual: AlphaFold Protein Structure Database
 */
export const CONFIDENCE: Readonly<Record<Palette, readonly ConfidenceClass[]>> = {
  usual: classes(['#0053D6', '#65CBF3', '#FFDB13', '#FF7D45']),
  safe: classes(['#1f62b8', '#7cc0f0', '#f0ca38', '#ad4a00']),
};

/** Colours for things without order. @source safe: Okabe & Ito 2008, "Color universal design" */
export const CATEGORIES: Readonly<Record<Palette, readonly string[]>> = {
  usual: ['#4c78d0', '#e0803a', '#3f9f6e', '#c9566b', '#8a69c2', '#c3a12f', '#3fa3b5', '#8d6e5a'],
  safe: ['#0072b2', '#e69f00', '#009e73', '#d55e00', '#56b4e9', '#cc79a7', '#f0e442', '#7f7f7f'],
};

/** Colours by secondary structure. */
export const SECONDARY = {
  usual: { helix: '#d0557a', strand: '#e2b23c', coil: '#9aa5b1' },
  safe: { helix: '#d55e00', strand: '#56b4e9', coil: '#9a9a9a' },
} as const;
