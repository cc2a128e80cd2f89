import { z } from 'zod';
import type { PredictionProgress } from '#predict/prediction';
import { JOB_STATES, type JobState } from '#store/job';

const PER_ATTEMPT = 1_000_000;
const PER_PASS = 1000;
const LAST = PER_ATTEMPT - 1;

/** How far a run is, without coordinates. */
export type ProgressNumbers = Pick<
  PredictionProgress,
  'pass' | 'numPasses' | 'block' | 'numBlocks'
>;

const number = z.number();

/**
 * What is reported about a job. `order` grows over the job's life and is the same in every process, so a client that names the
 * last one it saw is told the rest by any server.
 */
export const JobEventSchema = z.discriminatedUnion('kind', [
  /** One of those who asked for the job has left it; it goes on for the others. */
  z.object({ kind: z.literal('left') }),
  z.object({ kind: z.literal('status'), order: number, state: z.enum(JOB_STATES) }),
  z.object({
    kind: z.literal('progress'),
    order: number,
    progress: z.object({ pass: number, numPasses: number, block: number, numBlocks: number }),
  }),
  z.object({ kind: z.literal('search'), order: number, message: z.string() }),
  z.object({
    kind: z.literal('coordinates'),
    order: number,
    pass: number,
    numPasses: number,
    numResidues: number,
    /** `[N, 14, 3]` little-endian float32 as base64. */
    atom14: z.string(),
    /** `[N]` little-endian float32 as base64. */
    plddt: z.string(),
  }),
]);
export type JobEventData = Readonly<z.infer<typeof JobEventSchema>>;

/** What a run tells while it goes on. */
export type RunningEvent = Extract<JobEventData, { kind: 'progress' | 'coordinates' | 'search' }>;

/** The event of a job that has changed its state. */
export function statusEvent(state: JobState, attempts: number): JobEventData {
  return { kind: 'status', order: statusOrder(state, attempts), state };
}

/** Place of a state in a job's life. */
export function statusOrder(state: JobState, attempts: number): number {
  if (state === 'active') return attempts * PER_ATTEMPT;
  return attempts * PER_ATTEMPT + (state === 'waiting' ? LAST - 1 : LAST);
}

/** The events of one report of progress: after a finished pass its coordinates, then the numbers. */
export function progressEvents(progress: PredictionProgress, attempts: number): RunningEvent[] {
  const { pass, numPasses, block, numBlocks, atom14, plddt } = progress;
  const order = attempts * PER_ATTEMPT + pass * PER_PASS + 2 * block;
  const numbers = { pass, numPasses, block, numBlocks };
  const events: RunningEvent[] = [{ kind: 'progress', order: order + 1, progress: numbers }];
  if (atom14 && plddt)
    events.unshift({
      kind: 'coordinates',
      order,
      pass,
      numPasses,
      numResidues: plddt.length,
      atom14: base64(atom14),
      plddt: base64(plddt),
    });
  return events;
}

/** The event of a search for relatives. @param place among those of the run */
export function searchEvent(message: string, attempts: number, place: number): RunningEvent {
  return { kind: 'search', order: attempts * PER_ATTEMPT + Math.min(place, LAST - 2), message };
}

function base64({ buffer, byteOffset, byteLength }: Float32Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('base64');
}
