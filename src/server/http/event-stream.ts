import type { EventData } from '#client/index';
import type { Call } from '#server/services';
import { findSubmission } from '#server/jobs/find-submission';
import { type JobEventData, type RunningEvent, statusOrder } from '#server/jobs/job-events';
import { FINAL_STATES } from '#store/job';
import type { SubmissionRecord } from '#store/submission';
import type { PredictionView } from './api-schemas.js';
import { predictionView, progressView } from './views.js';

/** Proxies close connections that are silent. */
const HEARTBEAT_MS = 15_000;
/** Status events can get lost on their way, so the store is asked as well. */
const POLL_MS = 5000;
/** A client that takes nothing of what waits for it for so many heartbeats has stopped reading. */
const MAX_MISSED = 3;
/** A client that reads more slowly than this misses progress, but no change of state. */
const MAX_BUFFERED_BYTES = 1 << 20;

/** `GET /api/v1/predictions/{id}/events` */
export async function followPrediction(call: Call): Promise<void> {
  const submission = await findSubmission(call);
  if (call.response.destroyed) return; // the client has hung up meanwhile: nothing would end its stream
  const { state, job } = submission;
  const last = Number(call.request.get('last-event-id') ?? -1);
  if (FINAL_STATES.includes(state) && last >= statusOrder(state, job.attempts)) {
    call.response.status(204).end(); // tells the browser not to connect again
    return;
  }
  await new EventStream(call, submission).run(Number.isFinite(last) ? last : -1);
}

/** One client that follows one submission until it has finished. */
class EventStream {
  readonly #call: Call;
  #submission: SubmissionRecord;
  #isTelling = false;
  #isStatusDue = false;
  /** Events that arrive while an earlier status is still being written. */
  readonly #pending: RunningEvent[] = [];

  constructor(call: Call, submission: SubmissionRecord) {
    this.#call = call;
    this.#submission = submission;
  }

  async run(last: number): Promise<void> {
    const { response, services } = this.#call;
    response.writeHead(200, {
      'Content-Type': 'text/event-stream; charset=utf-8',
      'Cache-Control': 'no-store',
      'X-Accel-Buffering': 'no',
    });
    response.setTimeout(0); // silence is no fault here; heartbeats tell who does not read
    response.write('retry: 2000\n\n');
    let [missed, before] = [0, 0];
    services.metrics.streamOpened();
    const stop = services.events.listen(this.#submission.job.id, (event) => {
      this.#receive(event);
    });
    const heartbeat = setInterval(() => {
      const left = response.writableLength;
      const taken = (response.socket?.bytesWritten ?? 0) - left;
      missed = left > 0 && taken === before ? missed + 1 : 0;
      before = taken;
      if (missed >= MAX_MISSED) response.destroy();
      this.#send(':\n\n');
    }, HEARTBEAT_MS);
    const poll = setInterval(() => void this.#refresh(), POLL_MS);
    const end = (): void => void response.end();
    services.shutdown.addEventListener('abort', end);
    response.on('close', () => {
      stop();
      clearInterval(heartbeat);
      clearInterval(poll);
      services.shutdown.removeEventListener('abort', end);
      services.metrics.streamClosed();
    });
    await this.#tellStatus();
    for (const event of services.events.since(this.#submission.job.id, last)) this.#write(event);
  }

  #receive(event: JobEventData): void {
    if (event.kind === 'status') void this.#refresh(true);
    else if (event.kind === 'left') void this.#refresh();
    else if (this.#isTelling) this.#pending.push(event);
    else this.#write(event);
  }

  /** Tells the status where it has changed, or in any case with `isDue`; one at a time. */
  async #refresh(isDue = false): Promise<void> {
    this.#isStatusDue ||= isDue;
    if (this.#isTelling) return;
    this.#isTelling = true;
    try {
      do {
        const wasDue = this.#isStatusDue;
        this.#isStatusDue = false;
        const latest = await this.#call.services.store.submissions.find(this.#submission.id);
        if (latest && (wasDue || latest.state !== this.#submission.state)) {
          this.#submission = latest;
          await this.#tellStatus();
        }
        // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- set while waiting
      } while (this.#isStatusDue);
    } catch {
      this.#isStatusDue = false; // the store is away: the next poll tells
    }
    this.#isTelling = false;
    for (const event of this.#pending.splice(0)) this.#write(event);
  }

  async #tellStatus(): Promise<void> {
    const { response } = this.#call;
    const { state, job } = this.#submission;
    const view = await predictionView(this.#submission, this.#call);
    this.#send(eventText('status', statusOrder(state, job.attempts), view));
    if (FINAL_STATES.includes(state)) response.end();
  }

  #write(event: RunningEvent): void {
    const isSlow = this.#call.response.writableLength > MAX_BUFFERED_BYTES;
    if (!isSlow) this.#send(runningEventBytes(event));
  }

  #send(bytes: Buffer | string): void {
    const { response } = this.#call;
    if (!response.writableEnded && !response.destroyed) response.write(bytes);
  }
}

const made = new WeakMap<RunningEvent, Buffer>();

/** An event of a running job as it is sent; made once, however many streams it goes to. */
function runningEventBytes(event: RunningEvent): Buffer {
  const known = made.get(event);
  if (known) return known;
  const bytes = Buffer.from(runningEventText(event));
  made.set(event, bytes);
  return bytes;
}

function runningEventText(event: RunningEvent): string {
  if (event.kind === 'progress')
    return eventText('progress', event.order, progressView(event.progress));
  if (event.kind === 'search') return eventText('search', event.order, { message: event.message });
  const { order, pass, numPasses, numResidues, atom14, plddt } = event;
  return eventText('coordinates', order, { pass, numPasses, numResidues, atom14, plddt });
}

/** What the client reads; of a status the view that was written for it. */
interface Sent extends Omit<EventData, 'status'> {
  readonly status: PredictionView;
}

/** One event of a stream. */
function eventText<Name extends keyof Sent>(name: Name, id: number, data: Sent[Name]): string {
  return `event: ${name}\nid: ${id}\ndata: ${JSON.stringify(data)}\n\n`;
}
