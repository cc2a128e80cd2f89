import { FoldError } from '#errors';
import { gunzip, isGzip } from '#gzip/gunzip';
import { countResidues } from '#sequence/chain';
import type { Interpretation } from '#sequence/interpretation';
import { readTemplates } from '#structure/templates/read-templates';
import type { TemplateChain } from '#structure/templates/template-chain';
import type { ServedModel } from '../api.js';
import { startLocalRun } from '../local/local-runs.js';
import { isLocalModel, type LocalModel } from '../data/local-model.js';
import { h } from '../page/dom.js';
import { rememberPrediction } from '../page/my-predictions.js';
import { localUrl } from '../page/page.js';
import { capitalised } from '../page/text.js';
import { describeEstimate, estimateOfAll, suited, tooMuch } from '../data/estimate.js';
import type { FormOptions } from './options.js';
import type { TemplatePlace } from './template-search-choice.js';

/** The one model that the page brings along. */
const SHIPPED_MODEL = 'codonfold-small';
/** Bytes of an unpacked alignment; more rows than any model reads. */
const LARGEST_ALIGNMENT = 200e6;

/** What the form shows beside "Fold". */
export interface FoldHere {
  readonly button: HTMLButtonElement;
  readonly note: HTMLElement;
  /** Offers it for what was understood, or says why not. */
  readonly offer: (wanted: WantedHere) => void;
}

/** What of the form decides whether this browser can fold, and how. */
export interface WantedHere {
  readonly records: readonly Interpretation[];
  readonly options: FormOptions;
  readonly model: ServedModel | LocalModel | undefined;
  readonly alignment: string | File | undefined;
  /** Whether relatives shall be searched for. */
  readonly isSearched: boolean;
  /** Or where they are searched for. */
  readonly templates: readonly File[] | TemplatePlace;
}

/** Nothing yet. */
const NOTHING: WantedHere = {
  records: [],
  options: {},
  model: undefined,
  alignment: undefined,
  isSearched: false,
  templates: [],
};

function whyNot({
  records,
  model,
  alignment,
  isSearched,
  templates,
}: WantedHere): string | undefined {
  // browsers give threads, checksums and ids only to pages that nobody could have changed on the way
  if (!isSecureContext)
    return 'Folding in this browser needs a secure address: https, or localhost on this computer.';
  if (isSearched)
    return 'In this browser nothing is searched for: give an alignment of relatives as a file.';
  if (typeof templates === 'string')
    return 'In this browser nothing is searched for: give the structure of a relative as a file.';
  if (alignment !== undefined && records.length > 1)
    return 'An alignment is for one sequence at a time.';
  if (model === undefined || model.name === SHIPPED_MODEL) return undefined;
  if (!isLocalModel(model))
    return `To fold with ${model.name} in this browser, open its files from this computer under “Model”.`;
  return records
    .flatMap((record) => tooMuch(record, suited(model, alignment !== undefined)) ?? [])
    .at(0);
}

/** What is going to happen. */
function outlook({ records, options, model, alignment }: WantedHere): string {
  if (!isLocalModel(model))
    return '“In this browser” sends the sequence nowhere: the model is loaded once and runs on this computer.';
  const estimate = estimateOfAll(records, suited(model, alignment !== undefined), options.numRecycles); // prettier-ignore
  const takes = estimate ? `: ${describeEstimate(estimate)}` : '';
  return `“In this browser” sends nothing anywhere: ${model.name} runs on this computer${takes}.`;
}

/**
 * A button that folds in this browser.
 *
 * @param navigate goes to the prediction, or to the list of them where there are several
 */
export function foldHere(navigate: (url: string) => void): FoldHere {
  let wanted = NOTHING;
  const button = h(
    'button',
    {
      type: 'button',
      disabled: true,
      'aria-describedby': 'fold-here-note',
      on: {
        click: () => {
          fold();
        },
      },
    },
    'Fold in this browser',
  );
  const note = h('p', { class: 'hint', id: 'fold-here-note' });
  const fold = (): void => {
    start(wanted).then(navigate, (error: unknown) => {
      if (!(error instanceof FoldError)) throw error;
      note.textContent = [error.message, error.hint]
        .map((text) => capitalised(text ?? ''))
        .join('. ');
    });
  };
  const offer = (given: WantedHere): void => {
    wanted = given;
    const reason = whyNot(given);
    note.textContent = reason ?? outlook(given);
    button.disabled = reason !== undefined || given.records.length === 0;
  };
  offer(NOTHING);
  return { button, note, offer };
}

/** Begins to fold. @returns where the predictions are seen */
async function start({ records, options, model, ...given }: WantedHere): Promise<string> {
  const templates = typeof given.templates === 'string' ? [] : await templatesIn(given.templates);
  const alignment = given.alignment && (await alignmentIn(given.alignment));
  const local = isLocalModel(model) ? model : undefined;
  const urls = records.map((record) => {
    const id = startLocalRun(record, {
      numRecycles: options.numRecycles,
      alignment,
      templates,
      prepare: local && (() => Promise.resolve(local)),
      estimate:
        local && estimateOfAll([record], suited(local, alignment !== undefined), options.numRecycles), // prettier-ignore
    });
    const numResidues = countResidues(record.chains);
    const submitted = new Date().toISOString();
    const name = record.title || record.name;
    rememberPrediction({ id, name, numResidues, submitted, isLocal: true });
    return localUrl(id);
  });
  return urls.length === 1 ? urls[0]! : '/';
}

async function alignmentIn(given: string | File): Promise<string> {
  if (typeof given === 'string') return given;
  const bytes = new Uint8Array(await given.arrayBuffer());
  return new TextDecoder().decode(isGzip(bytes) ? unpacked(bytes, given.name) : bytes);
}

function unpacked(bytes: Uint8Array, name: string): Uint8Array {
  try {
    return gunzip(bytes, LARGEST_ALIGNMENT);
  } catch (cause) {
    throw new FoldError('REQUEST_INVALID', `${name} cannot be unpacked: it is damaged, or too large`, { cause }); // prettier-ignore
  }
}

/** @throws ParseError, FoldError for a file that is no structure, or holds no protein */
async function templatesIn(files: readonly File[]): Promise<TemplateChain[]> {
  const chains = await Promise.all(
    files.map(async (file) => readTemplates(new Uint8Array(await file.arrayBuffer()), file.name)),
  );
  return chains.flat();
}
