import { ApiError } from '#client/index';
import { deletePrediction, server, type Job } from '../server/api.js';
import { forgetLocalRun, localJob } from '../local/local-runs.js';
import { h } from '../page/dom.js';
import {
  forgetPrediction,
  rememberedPredictions,
  type RememberedPrediction,
} from '../page/my-predictions.js';
import { localUrl, predictionUrl } from '../page/page.js';
import { icon } from '../page/icons.js';

/** Only the newest are asked about; the others say when they were made. */
const MOST_ASKED = 8;
const REFRESH_MS = 5000;

/** What others can see, in one sentence. */
const WHO_SEES_THEM =
  'Only this browser lists what you fold; anyone who has the link to a result can see it.';

const STATUS = {
  waiting: 'Waiting',
  active: 'Folding',
  completed: 'Done',
  failed: 'Failed',
  cancelled: 'Cancelled',
} as const;

const isFinal = ({ status }: Job): boolean => status !== 'waiting' && status !== 'active';

function row(prediction: RememberedPrediction, redraw: () => void) {
  const { id, isLocal = false } = prediction;
  const status = h('span', { class: 'status' });
  const date = new Date(prediction.submitted);
  const remove = async (): Promise<void> => {
    try {
      await (isLocal ? forgetLocalRun(id) : deletePrediction(id));
    } catch (error) {
      // what the server no longer has, or not for this browser, only the list still knows
      if (!(error instanceof ApiError && (error.status === 404 || error.status === 403))) {
        status.textContent = 'Not deleted: try again';
        return;
      }
    }
    forgetPrediction(id);
    redraw();
  };
  const element = h(
    'li',
    {},
    h(
      'a',
      { href: isLocal ? localUrl(id) : predictionUrl(id), 'data-route': true },
      h('b', {}, prediction.name),
      h(
        'span',
        { class: 'hint' },
        [
          `${prediction.numResidues} residues`,
          ...(Number.isNaN(date.valueOf()) ? [] : [date.toLocaleDateString()]),
          ...(isLocal ? ['this browser'] : []),
        ].join(' · '),
      ),
    ),
    status,
    h(
      'button',
      {
        type: 'button',
        class: 'icon-button',
        'aria-label': `Delete ${prediction.name}`,
        title: 'Delete',
        on: { click: () => void remove() },
      },
      icon('clear'),
    ),
  );
  return {
    element,
    find: () => (isLocal ? localJob(id) : server.getPrediction({ path: { id } })),
    show: (job: Job | undefined) => {
      status.textContent = job ? STATUS[job.status] : '';
      status.className = `status status-${job?.status ?? 'unknown'}`;
    },
  };
}

/** "My predictions": what this browser has asked for, with the present state of the newest. */
export function predictionList(): { readonly element: HTMLElement; readonly dispose: () => void } {
  const list = h('ul', { class: 'predictions' });
  const element = h(
    'section',
    { class: 'card' },
    h('h2', {}, 'My predictions'),
    h('p', { class: 'hint' }, WHO_SEES_THEM),
    list,
  );
  let timer: ReturnType<typeof setTimeout> | undefined;
  const draw = (): void => {
    clearTimeout(timer);
    const rows = rememberedPredictions().map((prediction) => row(prediction, draw));
    list.replaceChildren(...rows.map((each) => each.element));
    const refresh = async (open: typeof rows): Promise<void> => {
      const jobs = await Promise.all(open.map(({ find }) => find().catch(() => undefined)));
      open.forEach((each, i) => {
        each.show(jobs[i]);
      });
      const unfinished = open.filter((_, i) => jobs[i] && !isFinal(jobs[i]));
      if (unfinished.length > 0) timer = setTimeout(() => void refresh(unfinished), REFRESH_MS);
    };
    void refresh(rows.slice(0, MOST_ASKED));
  };
  draw();
  return {
    element,
    dispose: () => {
      clearTimeout(timer);
    },
  };
}
