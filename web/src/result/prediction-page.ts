import { pdbChainNames } from '#bio-pdb/pdb/chain-name';
import { parseStructure } from '#bio-pdb/parse-structure';
import { FILE_NAMES } from '#predict/files/file-names';
import { fetchAttentionOverview, fileUrl, rated, server, type RatedModel } from '../server/api.js';
import { announce } from '../page/announce.js';
import { h } from '../page/dom.js';
import { icon } from '../page/icons.js';
import type { Page } from '../page/page.js';
import { rememberedPredictions, rememberPrediction } from '../page/my-predictions.js';
import { downloadMenu } from './downloads.js';
import { failurePage } from './failure-page.js';
import { jobView } from './job-view.js';
import {
  readResult,
  type AttentionSource,
  type FileAddresses,
  type Result,
  type Wildtype,
} from '../data/result.js';
import { resultView } from './result-view.js';
import { serverJob } from '../data/running-job.js';

const MOST_NEIGHBOURS = 6;

function attentionOf(
  id: string,
  model: string,
  models: readonly RatedModel[],
): AttentionSource | undefined {
  const served = models.find(({ name }) => name === model);
  if (!served || served.attention.length === 0) return undefined;
  return {
    overview: (signal) => fetchAttentionOverview(id, signal),
    fetch: (head, signal) => server.attention({ path: { id }, query: head, signal }),
  };
}

async function loadResult(id: string): Promise<Result> {
  const path = { id };
  const [mmcif, confidence, pae, models] = await Promise.all([
    server.getCif({ path }),
    server.getConfidence({ path }),
    server.getPae({ path }),
    server.listModels().then(rated, () => []), // without them everything but attention is shown
  ]);
  const files = { mmcif, confidence, pae };
  const bare = readResult(id, files, undefined);
  const wildtype = wildtypeIn(new URLSearchParams(location.search));
  return {
    ...bare,
    attention: attentionOf(id, bare.confidence.model.name, models),
    models,
    neighbours: async (signal) => {
      const query = { limit: MOST_NEIGHBOURS };
      return (await server.getNeighbours({ path, query, signal })).neighbours;
    },
    template: async ({ source, chainId: chain }) =>
      parseStructure(await server.getTemplate({ path, query: { source, chain } }), source),
    ...(wildtype && { wildtype }),
  };
}

/** What `mutantUrl` wrote. */
function wildtypeIn(query: URLSearchParams): Wildtype | undefined {
  const [id, mutant] = [query.get('wildtype'), query.get('mutant')];
  if (id === null || mutant === null) return undefined;
  const chain = query.get('chain') ?? undefined;
  const asked = { mutant, ...(chain !== undefined && { chain }) };
  return {
    id,
    ...(chain !== undefined && { chain }),
    score: (signal) => server.getMutantScore({ path: { id }, query: asked, signal }),
  };
}

/** Those of all files that the server can write. */
function addressesOf({ id, confidence: { chains } }: Result): FileAddresses {
  const hasPdb = pdbChainNames(chains.map(({ id }) => id)) !== undefined;
  const files = FILE_NAMES.filter((file) => hasPdb || file !== 'structure.pdb');
  return Object.fromEntries(files.map((file) => [file, fileUrl(id, file)]));
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

/** What the list in this browser needs, for results that were opened by their address. */
function remember({ id, confidence }: Result) {
  if (rememberedPredictions().some((prediction) => prediction.id === id)) return;
  const { name, title = name, numResidues } = confidence;
  rememberPrediction({ id, name: title, numResidues, submitted: new Date().toISOString() });
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
      show(resultView(result, [shareButton(), downloadMenu(result, addressesOf(result))]));
    } catch (error) {
      show(failurePage(error));
    }
  };
  try {
    const job = await server.getPrediction({ path: { id } });
    if (job.status === 'completed') await showResult();
    else
      show(
        jobView(serverJob(job), () => {
          announce('Prediction finished.');
          void showResult();
        }),
      );
  } catch (error) {
    show(failurePage(error));
  }
}
