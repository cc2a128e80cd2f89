import { DISTOGRAM_LIMITS } from '#layers/heads/distogram';

/** Width of a distogram bin, Å. */
export const BIN_WIDTH = DISTOGRAM_LIMITS[1]! - DISTOGRAM_LIMITS[0]!;
/** Middle of the first bin, Å. */
export const FIRST_CENTRE = DISTOGRAM_LIMITS[0]! - BIN_WIDTH / 2;
