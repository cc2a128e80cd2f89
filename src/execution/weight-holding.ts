/**
 * How weights are held while a model runs: all decoded to float32; all as the engine takes them, which may be float16 or
 * int8; or one layer of each kind, read anew for each run.
 */
export type WeightHolding = 'decoded' | 'kept' | 'streamed';

/** Models up to this size are decoded once: the shipped one, and ESM-2 up to 150 million parameters. */
const DECODED_BYTES = 1e9;
/**
 * Weights may be kept where everything together takes this part of the memory there is. The rest is left to the page
 * cache, to other models of a server and to longer sequences.
 */
const KEPT_PART = 1 / 2;

/** Sizes of a model's weights by its configuration. */
export interface WeightSizes {
  /** All of them as float32. */
  readonly decodedBytes: number;
  /** What is in memory while they are streamed. */
  readonly streamedBytes: number;
}

/** Whether weights may be kept. */
export interface WeightKeeping {
  /** All weights as the engine takes them; absent where they shall not be kept, as in a first run. */
  readonly keptBytes?: number | undefined;
  /** Whether they are part of graphs: all of them then have to be where it computes. */
  readonly areInGraphs?: boolean | undefined;
  /** Largest size as float32 that is decoded as a whole; for tests. */
  readonly decodedLimit?: number | undefined;
}

/** What a run has beside its weights. */
export interface WeightRoom extends WeightKeeping {
  /** Memory that the run may use. */
  readonly memoryBytes: number;
  /** Memory that it needs without weights. */
  readonly workBytes: number;
}

/** For a first run, of which nothing else is known. */
const NO_ROOM: WeightRoom = { memoryBytes: 0, workBytes: 0 };

/**
 * Decides how a run holds its weights; estimates and loading both ask here.
 *
 * @returns with the bytes that weights then take
 */
export function holdWeights(
  { decodedBytes, streamedBytes }: WeightSizes,
  room: WeightRoom = NO_ROOM,
): { bytes: number; holding: WeightHolding } {
  const { keptBytes, decodedLimit = DECODED_BYTES, memoryBytes, workBytes } = room;
  if (decodedBytes <= decodedLimit) return { bytes: decodedBytes, holding: 'decoded' };
  if (room.areInGraphs === true) return { bytes: keptBytes ?? decodedBytes, holding: 'kept' };
  const streamed = { bytes: streamedBytes, holding: 'streamed' } as const;
  // Who does not say how much memory there is has none to spare.
  if (keptBytes === undefined || !Number.isFinite(memoryBytes)) return streamed;
  const kept = { bytes: keptBytes + streamedBytes, holding: 'kept' } as const;
  return kept.bytes + workBytes <= KEPT_PART * memoryBytes ? kept : streamed;
}
