import { FoldError } from '#errors';
import { interpret } from '#sequence/input';
import type { Interpretation } from '#sequence/interpretation';
import { countResidues } from '#sequence/chain';
import { ApiError } from '#client/index';
import { server, submitPrediction, titleOfJob, type Submission } from '../server/api.js';
import { isLocalModel } from '../data/local-model.js';
import { announce } from '../page/announce.js';
import { h } from '../page/dom.js';
import { rememberPrediction } from '../page/my-predictions.js';
import { predictionUrl } from '../page/page.js';
import { capitalised } from '../page/text.js';
import { acceptDrops } from './accept-drops.js';
import { alignmentBox } from './alignment-box.js';
import { keepDraft, readDraft, type FormPart } from '../data/draft.js';
import { entryButton } from './entry-button.js';
import { describeServed, estimateOfAll, suited, tooMuch } from '../data/estimate.js';
import { foldHere } from './fold-here.js';
import { interpretationView } from './interpretation-view.js';
import { ModelPanel } from './model-panel.js';
import { toInterpretOptions } from './options.js';
import { problemDetails } from './problem-details.js';
import { RecordChoices } from './record-choices.js';
import { templateBox } from './template-box.js';

const MOST_RECORDS_SHOWN = 20;
/** A file beyond this would make the page slow. */
const MOST_BYTES = 20_000_000;
/** How genes of what is too large for the page or its server are folded. */
const ON_COMMAND_LINE =
  'On the command line, “codonfold predict FILE --record GENE” reads genomes of any size.';
const TOO_LARGE_TO_SEND = `“Fold in this browser” sends nothing. ${ON_COMMAND_LINE}`;

/** The form: text in, what was understood at once, prediction out. */
export class SubmitForm {
  readonly element: HTMLElement;
  readonly #text = h('textarea', {
    id: 'sequence',
    rows: 9,
    spellcheck: 'false',
    autocapitalize: 'off',
    autocomplete: 'off',
    'aria-describedby': 'sequence-help problem',
    placeholder: 'Protein, DNA, RNA or FASTA. Paste it, type it, or drop a file here.',
  });
  readonly #problem = h('div', { id: 'problem', class: 'problem', role: 'alert' });
  readonly #understood = h('section', { class: 'understood', 'aria-label': 'What was understood' });
  readonly #estimate = h('p', { class: 'estimate' });
  readonly #button = h('button', { class: 'primary', type: 'submit' }, 'Fold');
  readonly #choices = new RecordChoices(() => {
    this.#understand();
  });
  readonly #models = new ModelPanel(() => {
    this.#understand();
    this.#keep();
  });
  readonly #alignment = alignmentBox(() => {
    this.#understand();
  });
  readonly #templates = templateBox(() => {
    this.#understand();
  });
  readonly #navigate: (url: string) => void;
  readonly #here;
  #records: readonly Interpretation[] = [];

  constructor(navigate: (url: string) => void) {
    this.#navigate = navigate;
    this.#here = foldHere(navigate);
    const draft = readDraft();
    this.#text.value = draft.text;
    this.#text.addEventListener('input', () => {
      this.#choices.forget();
      this.#understand();
    });
    this.#text.addEventListener('change', () => {
      this.#keep();
    });
    const file = h('input', {
      type: 'file',
      class: 'unseen',
      tabindex: -1,
      'aria-label': 'Sequence file',
    });
    file.addEventListener('change', () => void this.#readFile(file.files?.[0]));
    this.element = h(
      'form',
      { class: 'card submit', novalidate: true },
      h('label', { for: 'sequence', class: 'unseen' }, 'Sequence'),
      h('div', { class: 'drop' }, this.#text),
      this.#problem,
      this.#choices.records.element,
      h(
        'div',
        { class: 'row', id: 'sequence-help' },
        h(
          'span',
          { class: 'hint' },
          'A colon separates chains. Several FASTA records are folded one by one, or as one complex.',
        ),
        h(
          'button',
          {
            type: 'button',
            class: 'quiet',
            on: {
              click: () => {
                file.click();
              },
            },
          },
          'Open a file…',
        ),
        file,
      ),
      this.#understood,
      this.#choices.chainNames.element,
      this.#models.element,
      this.#alignment.element,
      this.#templates.element,
      this.#choices.options.element,
      h('div', { class: 'row end' }, this.#estimate, this.#here.button, this.#button),
      this.#here.note,
    );
    this.element.addEventListener('submit', (event) => {
      event.preventDefault();
      void this.#submit();
    });
    acceptDrops(this.element, (dropped) => void this.#readFile(dropped));
    this.#understand();
    server.listModels().then(
      (list) => {
        this.#models.show(list, draft.model);
        if (draft.part) this.#goTo(draft.part);
      },
      () => undefined, // the form works without the list: the server then uses its default
    );
  }

  /** Replaces the text, as if typed. */
  set text(text: string) {
    this.#text.value = text;
    this.#choices.forget();
    this.#understand();
    this.#text.focus();
    this.#keep();
  }

  dispose() {
    this.#models.dispose();
  }

  /** Leads to where the user wants to go on; nowhere where the chosen model does not read such a thing. */
  #goTo(part: FormPart) {
    const { element } = {
      models: this.#models,
      alignment: this.#alignment,
      templates: this.#templates,
    }[part];
    if (part === 'models') this.#models.element.open = true;
    element.scrollIntoView({ block: 'center' });
    element.querySelector<HTMLElement>('summary, textarea, button')?.focus();
  }

  #keep() {
    const { chosen: model } = this.#models;
    keepDraft({ text: this.#text.value, ...(model !== undefined && { model }) });
  }

  async #readFile(file: File | undefined) {
    if (!file) return;
    if (file.size > MOST_BYTES) {
      this.#complain(
        `${file.name} is larger than ${MOST_BYTES / 1e6} MB, the most that this page reads.`,
        [h('p', { class: 'hint' }, ON_COMMAND_LINE)],
      );
      return;
    }
    this.text = await file.text();
  }

  #complain(message: string, details: readonly (Node | string)[] = []) {
    this.#problem.replaceChildren(h('p', {}, message), ...details);
    this.#text.setAttribute('aria-invalid', 'true');
    this.#button.disabled = true;
  }

  #understand() {
    this.#alignment.suit(this.#models.model);
    this.#templates.suit(this.#models.model);
    const text = this.#text.value;
    this.#problem.replaceChildren();
    this.#understood.replaceChildren();
    this.#text.removeAttribute('aria-invalid');
    this.#records = [];
    if (text.trim() === '') this.#button.disabled = true;
    else
      try {
        this.#records = interpret(text, toInterpretOptions(this.#choices.value()));
        this.#button.disabled = false;
        this.#showRecords(text);
      } catch (error) {
        if (!(error instanceof FoldError)) throw error;
        this.#understood.append(...this.#choices.offeredBeside(error));
        const fetched = entryButton(text, {
          use: (fasta) => {
            this.text = fasta;
          },
          refuse: (why) => {
            this.#complain(why);
          },
        });
        const message = error.message.replace(/^input: /, '');
        // of an accession the page can do what the hint asks for
        if (fetched) this.#complain(message, [fetched]);
        else this.#complain(capitalised(message), problemDetails(error, text, this.#text));
      }
    const wrongOption = this.#choices.options.problem();
    if (wrongOption !== undefined) {
      this.#problem.append(h('p', {}, wrongOption));
      this.#button.disabled = true;
    }
    const isSearched = this.#alignment.isSearched();
    const alignment = this.#alignment.value();
    const hasAlignment = isSearched || alignment !== undefined;
    const records = wrongOption === undefined ? this.#records : [];
    const { model, here } = this.#models;
    const templates = this.#templates.value();
    const options = this.#choices.options.value();
    this.#here.offer({ records, options, model, here, alignment, isSearched, templates });
    this.#models.suit(records, { numRecycles: options.numRecycles, hasAlignment });
    this.#showEstimate(hasAlignment);
  }

  #showRecords(text: string) {
    this.#understood.append(...this.#choices.offeredFor(this.#records, text));
    const records = this.#records.slice(0, MOST_RECORDS_SHOWN);
    this.#understood.append(...records.map((record) => interpretationView(record, text)));
    const left = this.#records.length - records.length;
    if (left > 0) this.#understood.append(h('p', { class: 'hint' }, `and ${left} more records`));
    this.#button.textContent =
      this.#records.length > 1 ? `Fold ${this.#records.length} sequences` : 'Fold';
  }

  /** Time and memory; or that the server would refuse it, while there is time to change it. */
  #showEstimate(hasAlignment: boolean) {
    this.#estimate.textContent = '';
    if (!this.#models.model) return;
    const model = suited(this.#models.model, hasAlignment);
    if (isLocalModel(model)) {
      this.#button.disabled = true;
      this.#estimate.textContent = `The server does not have ${model.name}.`;
      return;
    }
    const refusal = this.#records.flatMap((record) => tooMuch(record, model) ?? []).at(0);
    if (refusal !== undefined) {
      this.#complain(refusal);
      return;
    }
    const estimate = estimateOfAll(this.#records, model, this.#choices.options.value().numRecycles);
    if (estimate) this.#estimate.textContent = describeServed(model, estimate);
  }

  async #submit() {
    if (this.#button.disabled) return;
    this.#button.disabled = true;
    try {
      const alignment = this.#alignment.value();
      const { chosen: model } = this.#models;
      const templates = this.#templates.value();
      const submission: Submission = {
        fasta: this.#text.value,
        ...this.#choices.value(),
        ...(model === undefined ? {} : { model }),
        ...(alignment === undefined ? {} : { alignment }),
        ...(templates.length === 0 ? {} : { templates }),
        ...(this.#alignment.isSearched() ? { msa: 'server' } : {}),
      };
      const jobs = await submitPrediction(submission);
      jobs.forEach((job, i) => {
        const record = this.#records[i];
        rememberPrediction({
          id: job.id,
          name: titleOfJob(job),
          numResidues: record ? countResidues(record.chains) : 0,
          submitted: new Date().toISOString(),
        });
      });
      announce(`${jobs.length === 1 ? 'Prediction' : `${jobs.length} predictions`} submitted.`);
      this.#navigate(jobs.length === 1 ? predictionUrl(jobs[0]!.id) : '/');
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      const hint = error.code === 'BODY_TOO_LARGE' ? TOO_LARGE_TO_SEND : error.hint;
      this.#complain(error.message, hint === undefined ? [] : [h('p', { class: 'hint' }, hint)]);
      this.#button.disabled = false;
    }
  }
}
