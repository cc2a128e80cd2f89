/** What drawing needs to know of an element. */
interface Element {
  /** Å */
  readonly vanDerWaals: number;
  /** Å */
  readonly covalent: number;
  readonly colour: string;
}

/**
 * @source van der Waals radii: Bondi 1964, doi:10.1021/j100785a001; covalent radii: Cordero et al. 2008,
 * doi:10.1039/b801115j; colours after Corey, Pauling and Koltun, softened for both light and dark backgrounds
 */
const ELEMENTS: Readonly<Record<string, Element>> = {
  H: { vanDerWaals: 1.2, covalent: 0.31, colour: '#e8e8e8' },
  C: { vanDerWaals: 1.7, covalent: 0.76, colour: '#8e9299' },
  N: { vanDerWaals: 1.55, covalent: 0.71, colour: '#4361d8' },
  O: { vanDerWaals: 1.52, covalent: 0.66, colour: '#e0413c' },
  S: { vanDerWaals: 1.8, covalent: 1.05, colour: '#e6b422' },
  P: { vanDerWaals: 1.8, covalent: 1.07, colour: '#f08a24' },
  Se: { vanDerWaals: 1.9, covalent: 1.2, colour: '#d4882b' },
};
const OTHER: Element = { vanDerWaals: 1.7, covalent: 1.2, colour: '#b06fc4' };

const elementOf = (symbol: string): Element => ELEMENTS[symbol] ?? OTHER;

/** Å */
export function vanDerWaalsRadius(symbol: string): number {
  return elementOf(symbol).vanDerWaals;
}

/** Å */
export function covalentRadius(symbol: string): number {
  return elementOf(symbol).covalent;
}

/** CSS colour. */
export function elementColour(symbol: string): string {
  return elementOf(symbol).colour;
}
