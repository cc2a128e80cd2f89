import { readFile } from 'node:fs/promises';
import { systemCode } from '#machine/system-code';
import type { Metrics } from '#training/objectives/objective';

/** One line of `log.jsonl`: of a step, or of an evaluation. */
export interface LogEntry {
  readonly stage: string;
  /** Steps done in the stage. */
  readonly step: number;
  readonly samples: number;
  readonly loss?: number;
  readonly terms?: Metrics;
  /** Seconds spent in steps so far, in all stages. */
  readonly totalSeconds?: number;
  readonly validation?: Metrics;
}

/**
 * Reads a training log as one run without interruptions: what was done again after a kill replaces what the kill
 * undid, and a line that the kill cut short is passed over.
 *
 * @param path of `log.jsonl`; a run without a log has no entries
 */
export async function readTrainingLog(path: string): Promise<LogEntry[]> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return '';
    throw error;
  });
  const entries: LogEntry[] = [];
  for (const line of text.split('\n')) {
    const entry = parseEntry(line);
    if (!entry) continue;
    while (entries.length > 0 && isUndoneBy(entries.at(-1)!, entry)) entries.pop();
    entries.push(entry);
  }
  return entries;
}

function parseEntry(line: string): LogEntry | undefined {
  try {
    return JSON.parse(line) as LogEntry;
  } catch {
    return undefined;
  }
}

/** Whether a later line shows the step of an earlier one being done again. A step's own line precedes its evaluation. */
function isUndoneBy(earlier: LogEntry, later: LogEntry): boolean {
  if (earlier.samples !== later.samples) return earlier.samples > later.samples;
  return later.validation === undefined || earlier.validation !== undefined;
}
