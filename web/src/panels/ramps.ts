import { parseColour, ramp, type Rgb } from '../viewer/colours.js';

/** @source AlphaFold DB's PAE viewer: dark green is a small error */
const GREENS = ['#00441b', '#1b7837', '#5aae61', '#a6dba0', '#d9f0d3', '#f7fcf5'].map(parseColour);
/** Near is dark; lightness alone carries the order, so it reads without colour. */
const BLUES = ['#08264d', '#1d4f8c', '#4a86bd', '#92b8d8', '#d2e0ee', '#f5f8fb'].map(parseColour);
const PURPLES = ['#faf8fd', '#e2d8ef', '#b79fd8', '#8560b8', '#582a8f', '#2c0a55'].map(parseColour);
const NOTHING: Rgb = [190, 190, 190];

const guarded = (stops: readonly Rgb[], share: number): Rgb =>
  Number.isNaN(share) ? NOTHING : ramp(stops, share);

/** Purple is close; light enough at the far end to be told from ink, dark enough from paper. */
const IDENTITIES = ['#e8c547', '#7fb069', '#3d8f8a', '#3b6196', '#4a2377'].map(parseColour);

/** Identity to the sequence, 0-1. */
export function coverageColour(identity: number): Rgb {
  return guarded(IDENTITIES, identity);
}

/** Predicted aligned error, 0 … max Å. */
export function errorColour(value: number, max: number): Rgb {
  return guarded(GREENS, value / max);
}

/** Distance, 0 … max Å. */
export function distanceColour(value: number, max: number): Rgb {
  return guarded(BLUES, value / max);
}

/** Attention, 0-1 of its largest; the square root brings weak links out. */
export function attentionColour(share: number): Rgb {
  return guarded(PURPLES, Math.sqrt(Math.max(0, share)));
}
