/** @file Entry of the web worker that looks into files of models, and keeps them: one task, then it is over. */
import { FoldError } from '#errors';
import { measuredEstimates } from '#predict/measured-estimates';
import { predictorFacts } from '#predict/predictor';
import { failureOf } from './failure.js';
import { keepFiles } from './kept-models.js';
import type { LocalModel } from '../data/local-model.js';
import type { ModelFiles, ModelNews, ModelTask } from './messages.js';
import { openModel } from './open-model.js';

/** Lengths that estimates are made for. */
const ESTIMATE_LENGTHS = [25, 50, 100, 200, 400, 800];
/**
 * How much longer WebAssembly takes than the estimates say, which are of onnxruntime on two cores; see
 * `npm run bench:browser`.
 */
const SLOWNESS = 4;
/** 10^6 bytes that a prediction may take here; see `MEMORY_BYTES` of the worker that folds. */
const MOST_MEGABYTES = 3500;

const say = (news: ModelNews): void => {
  postMessage(news);
};
const onShare = (share: number): void => {
  say({ kind: 'loading', share });
};

function describe(given: ModelFiles): Omit<LocalModel, 'files' | 'isKept'> {
  const loaded = openModel(given);
  const facts = predictorFacts(loaded);
  const inBrowser = (workload?: { readonly numRows: number }) =>
    measuredEstimates(facts, ESTIMATE_LENGTHS, workload).map(
      ({ seconds, secondsPerRecycle, ...rest }) => ({
        ...rest,
        seconds: SLOWNESS * seconds,
        secondsPerRecycle: SLOWNESS * secondsPerRecycle,
      }),
    );
  loaded.weights.close();
  return {
    ...facts.model,
    maxMegabytes: MOST_MEGABYTES,
    estimates: inBrowser(),
    ...(facts.model.readsAlignments ? { singleEstimates: inBrowser({ numRows: 1 }) } : {}),
  };
}

async function fetched(url: string): Promise<ReadableStream<Uint8Array>> {
  const response = await fetch(url).catch(() => undefined);
  if (response?.ok && response.body) return response.body;
  throw new FoldError('DOWNLOAD_FAILED', 'The model could not be loaded from the server.', {
    hint: 'Check the connection and try again.',
  });
}

function work(task: ModelTask): Promise<LocalModel> | LocalModel {
  switch (task.kind) {
    case 'inspect':
      return { ...describe(task), files: task.files, isKept: false };
    case 'keep': {
      const { files, ...description } = task.model;
      const copies = files.map((file) => ({
        name: file.name,
        bytes: file.size,
        open: () => Promise.resolve(file.stream()),
      }));
      return keepFiles(description.sha256, copies, () => description, onShare);
    }
    case 'fetch': {
      const { name, sha256 } = task;
      const copies = task.files.map((file) => ({ ...file, open: () => fetched(file.url) }));
      return keepFiles(sha256, copies, (files) => describe({ files, name, sha256 }), onShare);
    }
  }
}

addEventListener('message', ({ data }: MessageEvent<ModelTask>) => {
  Promise.resolve()
    .then(() => work(data))
    .then(
      (model) => {
        say({ kind: 'model', model });
      },
      (error: unknown) => {
        say(failureOf(error));
      },
    );
});
