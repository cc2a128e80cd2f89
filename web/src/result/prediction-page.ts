import {
  ApiError,
  fetchAttention,
  fetchJob,
  fetchModels,
  fetchText,
  type ServedModel,
} from '../api.js';
import { announce } from '../page/announce.js';
import { h } from '../page/dom.js';
import { icon } from '../page/icons.js';
import type { Page } from '../page/page.js';
import { rememberedPredictions, rememberPrediction } from '../page/my-predictions.js';
import { downloadMenu } from './downloads.js';
import { jobView } from './job-view.js';
import { readResult, type AttentionSource, type Result } from './result.js';
import { resultView } from './result-view.js';

function attentionOf(
  id: string,
  model: string,
  models: readonly ServedModel[],
): AttentionSource | undefined {
  const served = models.find(({ name }) => name === model);
  if (!served || served.numBlocks * served.numHeads === 0) return undefined;
  return {
    numBlocks: served.numBlocks,
    numHeads: served.numHeads,
    fetch: (select, signal) => fetchAttention(id, select, signal),
  };
}

async function loadResult(id: string): Promise<Result> {
  const [mmcif, confidence, pae, models] = await Promise.all([
    fetchText(id, 'structure.cif'),
    fetchText(id, 'confidence.json'),
    fetchText(id, 'pae.json'),
    fetchModels().catch(() => []), // without them everything but attention is shown
  ]);
  const files = { mmcif, confidence, pae };
  const bare = readResult(id, files, undefined);
  return { ...bare, attention: attentionOf(id, bare.confidence.model.name, models) };
}

function shareButton(): HTMLElement {
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(location.href);
      announce('Address copied.');
      label.textContent = 'Copied';
    } catch {
      announce(`The address is ${location.href}`);
    }
  };
  const label = h('span', {}, 'Copy link');
  return h('button', { type: 'button', on: { click: () => void copy() } }, icon('link'), label);
}

function failure(error: unknown): Page {
  const message = error instanceof ApiError ? error.message : 'The result could not be read.';
  const detail = error instanceof ApiError ? error.hint : String(error);
  const element = h(
    'section',
    { class: 'card job' },
    h(
      'h1',
      {},
      error instanceof ApiError && error.status === 404
        ? 'No such prediction'
        : 'Something is wrong',
    ),
    h('p', { role: 'alert' }, message),
    h('p', { class: 'hint' }, detail),
    h('a', { class: 'button', href: '/', 'data-route': true }, 'New prediction'),
  );
  return { title: 'codonfold', element, dispose: () => undefined };
}

/** What the list in this browser needs, for results that were opened by their address. */
function remember({ id, confidence }: Result) {
  if (rememberedPredictions().some((prediction) => prediction.id === id)) return;
  const { name, numResidues } = confidence;
  rememberPrediction({ id, name, numResidues, submitted: new Date().toISOString() });
}

/**
 * The page of one prediction: its progress until it is finished, then its result.
 *
 * @param show puts a page on the screen, in place of the one before
 */
export async function openPrediction(id: string, show: (page: Page) => void): Promise<void> {
  const showResult = async (): Promise<void> => {
    try {
      const result = await loadResult(id);
      remember(result);
      show(resultView(result, [shareButton(), downloadMenu(result)]));
    } catch (error) {
      show(failure(error));
    }
  };
  try {
    const job = await fetchJob(id);
    if (job.status === 'completed') await showResult();
    else
      show(
        jobView(job, () => {
          announce('Prediction finished.');
          void showResult();
        }),
      );
  } catch (error) {
    show(failure(error));
  }
}
