import { FoldError } from '#errors';
import { gunzip, isGzip } from '#gzip/gunzip';
import { countResidues } from '#sequence/chain';
import type { Interpretation } from '#sequence/interpretation';
import { readTemplates } from '#structure/templates/read-templates';
import type { TemplateChain } from '#structure/templates/template-chain';
import { modelFileUrl, type RatedModel } from '../server/api.js';
import { fetchLocalModel } from '../local/local-models.js';
import { startLocalRun, type PrepareModel } from '../local/local-runs.js';
import { isLocalModel, type AnyModel, type LocalModel } from '../data/local-model.js';
import { h } from '../page/dom.js';
import { rememberPrediction } from '../page/my-predictions.js';
import { localUrl } from '../page/page.js';
import { capitalised } from '../page/text.js';
import { describeEstimate, estimateOfAll, suited, tooMuch } from '../data/estimate.js';
import { megabytes } from './local-model-list.js';
import { deviceChoice, type DeviceChoice } from './device-choice.js';
import type { FormOptions } from './options.js';
import type { TemplatePlace } from './template-search-choice.js';

/** The one model that the page brings along. */
const SHIPPED_MODEL = 'codonfold-small';
/** Bytes of an unpacked alignment; more rows than any model reads. */
const LARGEST_ALIGNMENT = 200e6;

/** What the form shows beside "Fold". */
export interface FoldHere {
  readonly button: HTMLButtonElement;
  /** What the button would do, and the choice of what computes. */
  readonly note: HTMLElement;
  /** Offers it for what was understood, or says why not. */
  readonly offer: (wanted: WantedHere) => void;
}

/** What of the form decides whether this browser can fold, and how. */
export interface WantedHere {
  readonly records: readonly Interpretation[];
  readonly options: FormOptions;
  /** The one that is chosen. */
  readonly model: AnyModel | undefined;
  /** The same as it is in this browser, where it is there already. */
  readonly here: LocalModel | undefined;
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
  here: undefined,
  alignment: undefined,
  isSearched: false,
  templates: [],
};

/** Where the model comes from: the page brings it along, this browser has it, or the server gives it. */
type ModelPlace =
  | { readonly from: 'page' }
  | { readonly from: 'browser'; readonly model: LocalModel }
  | { readonly from: 'server'; readonly model: SharedModel };

/** A model whose files the server gives. */
type SharedModel = RatedModel & Required<Pick<RatedModel, 'sharedFiles'>>;

const isShared = (model: AnyModel): model is SharedModel =>
  !isLocalModel(model) && model.sharedFiles !== undefined;

function placeOf({ model, here }: Pick<WantedHere, 'model' | 'here'>): ModelPlace | undefined {
  if (here) return { from: 'browser', model: here };
  if (model === undefined || model.name === SHIPPED_MODEL) return { from: 'page' };
  return isShared(model) ? { from: 'server', model } : undefined;
}

function whyNot(wanted: WantedHere): string | undefined {
  const { records, model, alignment, isSearched, templates } = wanted;
  // browsers give threads, checksums and ids only to pages that nobody could have changed on the way
  if (!isSecureContext)
    return 'Folding in this browser needs a secure address: https, or localhost on this computer.';
  if (isSearched)
    return 'In this browser nothing is searched for: give an alignment of relatives as a file.';
  if (typeof templates === 'string')
    return 'In this browser nothing is searched for: give the structure of a relative as a file.';
  if (alignment !== undefined && records.length > 1)
    return 'An alignment is for one sequence at a time.';
  const place = placeOf(wanted);
  if (!place)
    return `To fold with ${model!.name} in this browser, open its files from this computer under “Model”.`;
  if (place.from !== 'browser') return undefined;
  const suitable = suited(place.model, alignment !== undefined);
  return records.flatMap((record) => tooMuch(record, suitable) ?? []).at(0);
}

/** What is going to happen. */
function outlook(
  { records, options, alignment, ...chosen }: WantedHere,
  isOnCard: boolean,
): string {
  const place = placeOf(chosen);
  if (place?.from === 'server')
    return `“In this browser” sends the sequence nowhere: the ${sizeOfShared(place.model)} of ${place.model.name} are fetched from this server first, and stay in this browser until you delete them.`;
  if (place?.from !== 'browser')
    return '“In this browser” sends the sequence nowhere: the model is loaded once and runs on this computer.';
  const suitable = suited(place.model, alignment !== undefined);
  const estimate = estimateOfAll(records, suitable, options.numRecycles);
  // Estimates are of WebAssembly; how fast a graphics card is, nobody knows before.
  const takes = estimate && !isOnCard ? `: ${describeEstimate(estimate)}` : '';
  return `“In this browser” sends nothing anywhere: ${place.model.name} runs on this computer${takes}.`;
}

const sizeOfShared = ({ sharedFiles }: SharedModel): string =>
  megabytes(sharedFiles.reduce((sum, { bytes }) => sum + bytes, 0));

/** Brings a model here; nothing where the page brings it along. */
function preparing(place: ModelPlace | undefined): PrepareModel | undefined {
  if (place?.from === 'browser') return () => Promise.resolve(place.model);
  if (place?.from !== 'server') return undefined;
  const { name, sha256, sharedFiles } = place.model;
  const files = sharedFiles.map((file) => ({ ...file, url: modelFileUrl(name, file.name) }));
  return (onShare, signal) => fetchLocalModel({ name, sha256, files }, onShare, signal);
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
  const text = h('p', { class: 'hint', id: 'fold-here-note' });
  const device = deviceChoice(() => {
    offer(wanted);
  });
  const fold = (): void => {
    start(wanted, device).then(navigate, (error: unknown) => {
      if (!(error instanceof FoldError)) throw error;
      text.textContent = [error.message, error.hint]
        .map((text) => capitalised(text ?? ''))
        .join('. ');
    });
  };
  const offer = (given: WantedHere): void => {
    wanted = given;
    const reason = whyNot(given);
    text.textContent = reason ?? outlook(given, device.isOnCard());
    button.disabled = reason !== undefined || given.records.length === 0;
  };
  offer(NOTHING);
  return { button, note: h('div', { class: 'here-note' }, text, device.element), offer };
}

/** Begins to fold. @returns where the predictions are seen */
async function start(
  { records, options, model, here, ...given }: WantedHere,
  device: DeviceChoice,
): Promise<string> {
  const templates = typeof given.templates === 'string' ? [] : await templatesIn(given.templates);
  const alignment = given.alignment && (await alignmentIn(given.alignment));
  const prepare = preparing(placeOf({ model, here }));
  const { numRecycles } = options;
  const urls = records.map((record) => {
    const estimate =
      here && !device.isOnCard()
        ? estimateOfAll([record], suited(here, Boolean(alignment)), numRecycles)
        : undefined;
    const asked = { numRecycles, alignment, templates, prepare, device: device.value() };
    const id = startLocalRun(record, { ...asked, estimate });
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

/** @throws ParseError, FoldError for a file that is not a structure, or holds no protein */
async function templatesIn(files: readonly File[]): Promise<TemplateChain[]> {
  const chains = await Promise.all(
    files.map(async (file) => readTemplates(new Uint8Array(await file.arrayBuffer()), file.name)),
  );
  return chains.flat();
}
