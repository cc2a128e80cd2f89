/**
 * Hydropathy by one-letter code: positive is greasy.
 *
 * @source Kyte & Doolittle 1982, doi:10.1016/0022-2836(82)90515-0, table 2
 */
export const HYDROPATHY: Readonly<Record<string, number>> = {
  ...{ A: 1.8, R: -4.5, N: -3.5, D: -3.5, C: 2.5, Q: -3.5, E: -3.5, G: -0.4, H: -3.2, I: 4.5 },
  ...{ L: 3.8, K: -3.9, M: 1.9, F: 2.8, P: -1.6, S: -0.8, T: -0.7, W: -0.9, Y: -1.3, V: 4.2 },
};

/** Residues by the chemistry of their side chain. */
export const RESIDUE_CLASSES = [
  { name: 'aliphatic', letters: 'AVILM' },
  { name: 'aromatic', letters: 'FWY' },
  { name: 'polar', letters: 'STNQ' },
  { name: 'positive', letters: 'KRH' },
  { name: 'negative', letters: 'DE' },
  { name: 'special', letters: 'CGP' },
] as const;
