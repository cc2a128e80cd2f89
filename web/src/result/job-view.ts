import { ApiError } from '#client/index';
import { titleOfJob, type Job } from '../server/api.js';
import { announce } from '../page/announce.js';
import { h } from '../page/dom.js';
import type { Page } from '../page/page.js';
import { draftText, formUrl } from '../data/draft.js';
import { describeEstimate } from '../data/estimate.js';
import { FoldingView } from './folding-view.js';
import type { RunningJob } from '../data/running-job.js';

/** So much of the bar is filled by the clock alone: the rest waits for the model's own report. */
const MOST_BY_CLOCK = 0.95;
/** How often the bar moves between two reports of the model. */
const TICK_MS = 250;

/**
 * Share of a running job that has passed by the clock, 0-1: it approaches {@link MOST_BY_CLOCK} and never stands still.
 *
 * @param elapsed seconds since it runs
 * @param estimated seconds it takes
 */
export function shareByClock(elapsed: number, estimated: number): number {
  return MOST_BY_CLOCK * (1 - Math.exp(-elapsed / Math.max(estimated, 1)));
}

/** The model that a job asked for, where it is told. */
const modelOf = ({ model }: Job): { readonly model?: string } =>
  model === undefined ? {} : { model };

function describe({ status, position, progress, search, loading, error }: Job): string {
  switch (status) {
    case 'waiting':
      return position === undefined || position === 0
        ? 'Waiting for its turn'
        : `Waiting: ${position} ${position === 1 ? 'prediction' : 'predictions'} before this one`;
    case 'active':
      if (loading !== undefined && loading < 1)
        return `Loading the model: ${Math.floor(100 * loading)} %`;
      if (search) return `Searching for relatives. ${search.message}`;
      if (!progress) return 'Folding';
      if (progress.pass >= progress.numPasses) return 'Folded; writing the files';
      return `Folding: pass ${progress.pass + 1} of ${progress.numPasses}, block ${progress.block} of ${progress.numBlocks}`;
    case 'completed':
      return 'Done';
    case 'cancelled':
      return 'Cancelled';
    case 'failed':
      return error?.detail ?? 'The prediction failed.';
  }
}

/** What it takes, and what computes it where that is told. */
function expectation({ estimate, engine }: Job): string {
  return [
    ...(engine === undefined ? [] : [`In this browser, by ${engine}.`]),
    ...(estimate ? [`Takes ${describeEstimate(estimate)}.`] : []),
  ].join(' ');
}

/**
 * A prediction that is not finished: its place in the queue, its progress, the structure as it forms.
 *
 * @param onCompleted called once the result can be fetched
 */
export function jobView(running: RunningJob, onCompleted: () => void): Page {
  let job = running.first;
  const folding = new FoldingView();
  const bar = h('progress', { max: 1, value: 0, 'aria-label': 'Progress' });
  const status = h('p', { class: 'job-status', role: 'status' });
  const hint = h('p', { class: 'hint' });
  const connection = h('p', { class: 'hint' });
  const cancel = h('button', { type: 'button', on: { click: () => void stop() } }, 'Cancel');
  const again = h(
    'a',
    { class: 'button', 'data-route': true, hidden: true },
    'Edit and fold again',
  );
  let began: number | undefined;
  const advance = (): void => {
    if (job.status === 'active' && !job.search) began ??= performance.now();
    const elapsed = (performance.now() - (began ?? performance.now())) / 1000;
    const byClock = job.estimate ? shareByClock(elapsed, job.estimate.seconds) : 0;
    const { progress, loading = 0 } = job;
    const reported = job.status === 'completed' ? 1 : (progress?.fraction ?? loading);
    bar.value = Math.max(reported, byClock);
  };
  const clock = setInterval(advance, TICK_MS);
  const show = (): void => {
    const isOpen = job.status === 'waiting' || job.status === 'active';
    advance();
    bar.hidden = !isOpen;
    cancel.hidden = !isOpen || job.isOwn === false;
    again.hidden = isOpen || job.status === 'completed' || !job.chains;
    if (job.chains)
      again.href = formUrl({ text: draftText(titleOfJob(job), job.chains), ...modelOf(job) });
    const text = describe(job);
    if (status.textContent !== text) status.textContent = text;
    hint.textContent = job.error?.hint ?? (isOpen ? expectation(job) : '');
    if (!isOpen) stopFollowing();
    if (job.status === 'completed') onCompleted();
  };
  const stop = async (): Promise<void> => {
    try {
      await running.cancel();
      job = { ...job, status: 'cancelled' };
      announce('Cancelled.');
      show();
    } catch (error) {
      connection.textContent = error instanceof ApiError ? error.message : String(error);
    }
  };
  const stopFollowing = (): void => {
    clearInterval(clock);
    unfollow();
  };
  const unfollow = running.follow({
    onJob: (change) => {
      job = { ...job, ...change };
      connection.textContent = '';
      show();
    },
    onCoordinates: (coordinates) => {
      if (job.chains) folding.show(job.chains, coordinates);
    },
    onInterrupted: () => {
      connection.textContent = 'Connection lost; trying again…';
    },
  });
  show();
  const element = h(
    'section',
    { class: 'card job' },
    h('h1', {}, titleOfJob(job)),
    status,
    bar,
    hint,
    connection,
    folding.element,
    h(
      'div',
      { class: 'row end' },
      cancel,
      again,
      h('a', { class: 'button', href: '/', 'data-route': true }, 'New prediction'),
    ),
  );
  return {
    title: `${titleOfJob(job)} · codonfold`,
    element,
    dispose: () => {
      stopFollowing();
      folding.dispose();
    },
  };
}
