import { FoldError } from '#errors';
import type { Confidence } from '#predict/files/confidence';
import { templateStructure } from '#structure/templates/template-structure';
import { ApiError } from '#client/index';
import { FILE_NAMES, FILE_TYPES } from '#predict/files/file-names';
import { announce } from '../page/announce.js';
import { h } from '../page/dom.js';
import type { Page } from '../page/page.js';
import { downloadMenu } from './downloads.js';
import { failurePage } from './failure-page.js';
import { jobView } from './job-view.js';
import { readResult, type FileAddresses, type TemplateSource } from '../data/result.js';
import { resultView } from './result-view.js';
import { localAttention } from '../local/local-attention.js';
import { readLocalResult, type LocalResult } from '../local/local-results.js';
import { localRun } from '../local/local-runs.js';

function localView({ id, request, files }: LocalResult): Page {
  const text = (name: 'structure.cif' | 'confidence.json' | 'pae.json'): string =>
    new TextDecoder().decode(files[name]);
  const [mmcif, confidence, pae] = [
    text('structure.cif'),
    text('confidence.json'),
    text('pae.json'),
  ];
  const template: TemplateSource = ({ source, chainId }) => {
    const found = request.templates?.find(
      (chain) => chain.source === source && chain.chainId === chainId,
    );
    if (found) return Promise.resolve(templateStructure(found));
    return Promise.reject(new FoldError('NOT_FOUND', `This browser no longer has ${source}.`));
  };
  const attention = localAttention(request);
  // no models: whatever leads to the server's leads to the form, where the user decides what is sent
  const result = { ...readResult(id, { mmcif, confidence, pae }, attention), template, models: [] };
  const addresses = Object.fromEntries(
    FILE_NAMES.flatMap((name) => {
      const bytes = files[name];
      if (!bytes) return [];
      return [[name, URL.createObjectURL(new Blob([bytes], { type: FILE_TYPES[name] }))]];
    }),
  ) as FileAddresses;
  const place = h(
    'span',
    { class: 'here' },
    `Folded in this browser${engineOf(result.confidence)}`,
  );
  const page = resultView(result, [place, downloadMenu(result, addresses)]);
  return {
    ...page,
    dispose: () => {
      page.dispose();
      for (const address of Object.values(addresses)) URL.revokeObjectURL(address);
    },
  };
}

/** ` by WebAssembly`, where it was recorded. */
function engineOf({ engine }: Confidence): string {
  if (!engine) return '';
  return ` by ${engine.device === 'webgpu' ? 'WebGPU' : 'WebAssembly'}`;
}

/**
 * The page of a prediction made in this browser: its progress until it is finished, then its result.
 *
 * @param show puts a page on the screen, in place of the one before
 */
export async function openLocalPrediction(id: string, show: (page: Page) => void): Promise<void> {
  const showResult = async (): Promise<void> => {
    try {
      const result = await readLocalResult(id);
      if (!result)
        throw new ApiError(404, {
          detail: 'This browser has no such prediction.',
          hint: 'Predictions made in a browser stay there, and end when the page is closed.',
        });
      show(localView(result));
    } catch (error) {
      show(failurePage(error));
    }
  };
  const run = localRun(id);
  if (!run || run.first.status === 'completed') {
    await showResult();
    return;
  }
  show(
    jobView(run, () => {
      announce('Prediction finished.');
      void showResult();
    }),
  );
}
