import { FoldError } from '#errors';
import type { Interpretation } from '#sequence/interpretation';
import { startLocalRun } from '../local/local-runs.js';
import { h } from '../page/dom.js';
import { rememberPrediction } from '../page/my-predictions.js';
import { localUrl } from '../page/page.js';
import { countResidues } from '#sequence/chain';
import { readTemplates } from '#structure/templates/read-templates';
import type { TemplateChain } from '#structure/templates/template-chain';
import { capitalised } from '../page/text.js';
import type { FormOptions } from './options.js';
import type { TemplatePlace } from './template-search-choice.js';

/** What of the form decides whether this browser can fold. */
interface Wanted extends FormOptions {
  readonly model?: string | undefined;
}

/** The one model that the page brings along. */
const SHIPPED_MODEL = 'codonfold-small';

/** What the form shows beside "Fold". */
export interface FoldHere {
  readonly button: HTMLButtonElement;
  readonly note: HTMLElement;
  /** Offers it for what was understood, or says why not. */
  readonly offer: (records: readonly Interpretation[], options: Wanted, files?: GivenFiles) => void;
}

/** What is given beside sequences. */
interface GivenFiles {
  readonly hasAlignment: boolean;
  /** Or where they are searched for. */
  readonly templates: readonly File[] | TemplatePlace;
}

const NO_FILES: GivenFiles = { hasAlignment: false, templates: [] };

function whyNot(options: Wanted, { hasAlignment, templates }: GivenFiles): string | undefined {
  // browsers give threads, checksums and ids only to pages that nobody could have changed on the way
  if (!isSecureContext)
    return 'Folding in this browser needs a secure address: https, or localhost on this computer.';
  if (options.model !== undefined && options.model !== SHIPPED_MODEL)
    return `In this browser only ${SHIPPED_MODEL} runs.`;
  if (hasAlignment) return `In this browser only ${SHIPPED_MODEL} runs, which reads no alignment.`;
  if (typeof templates === 'string')
    return 'In this browser nothing is searched for: give the structure of a relative as a file.';
  return undefined;
}

/**
 * A button that folds in this browser.
 *
 * @param navigate goes to the prediction, or to the list of them where there are several
 */
export function foldHere(navigate: (url: string) => void): FoldHere {
  let fold = (): void => undefined;
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
  const start = async (
    records: readonly Interpretation[],
    { numRecycles }: FormOptions,
    files: GivenFiles['templates'],
  ): Promise<void> => {
    const templates = typeof files === 'string' ? [] : await templatesIn(files);
    const urls = records.map((record) => {
      const id = startLocalRun(record, {
        ...(numRecycles !== undefined && { numRecycles }),
        templates,
      });
      const numResidues = countResidues(record.chains);
      const submitted = new Date().toISOString();
      const name = record.title || record.name;
      rememberPrediction({ id, name, numResidues, submitted, isLocal: true });
      return localUrl(id);
    });
    navigate(urls.length === 1 ? urls[0]! : '/');
  };
  const offer: FoldHere['offer'] = (records, options, files = NO_FILES) => {
    const reason = whyNot(options, files);
    note.textContent =
      reason ??
      '“In this browser” sends the sequence nowhere: the model is loaded once and runs on this computer.';
    button.disabled = reason !== undefined || records.length === 0;
    fold = () => {
      start(records, options, files.templates).catch((error: unknown) => {
        if (!(error instanceof FoldError)) throw error;
        note.textContent = [error.message, error.hint]
          .map((text) => capitalised(text ?? ''))
          .join('. ');
      });
    };
  };
  offer([], {});
  return { button, note, offer };
}

/** @throws ParseError, FoldError for a file that is no structure, or holds no protein */
async function templatesIn(files: readonly File[]): Promise<TemplateChain[]> {
  const chains = await Promise.all(
    files.map(async (file) => readTemplates(new Uint8Array(await file.arrayBuffer()), file.name)),
  );
  return chains.flat();
}
