import type { RunningEvent } from '#server/jobs/job-events';

const made = new WeakMap<RunningEvent, Buffer>();

/** One event of a stream. */
export function eventText(name: string, id: number, data: unknown): string {
  return `event: ${name}\nid: ${id}\ndata: ${JSON.stringify(data)}\n\n`;
}

/** An event of a running job as it is sent; made once, however many streams it goes to. */
export function runningEventBytes(event: RunningEvent): Buffer {
  const known = made.get(event);
  if (known) return known;
  const bytes = Buffer.from(eventText(event.kind, event.order, dataOf(event)));
  made.set(event, bytes);
  return bytes;
}

function dataOf(event: RunningEvent): unknown {
  if (event.kind === 'progress') return event.progress;
  if (event.kind === 'search') return { message: event.message };
  const { pass, numPasses, numResidues, atom14, plddt } = event;
  return { pass, numPasses, numResidues, atom14, plddt };
}
