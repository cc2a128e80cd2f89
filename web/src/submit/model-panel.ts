import type { PredictionEstimate } from '#architectures/family';
import { describeEngine } from '#tensor/engine/describe-engine';
import type { Interpretation } from '#sequence/interpretation';
import { ApiError, type KnownModel, type ModelList } from '#client/index';
import { rated, server, tmScoreOf, type RatedModel } from '../server/api.js';
import type { AnyModel, LocalModel } from '../data/local-model.js';
import { announce } from '../page/announce.js';
import { h } from '../page/dom.js';
import { capitalised } from '../page/text.js';
import { describeEstimate, estimateOfAll, estimatesOf, suited } from '../data/estimate.js';
import { installationView, isUnderWay } from '../models/installation-view.js';
import { localModelList, sizeOfModel } from './local-model-list.js';

/** How often a running installation is looked at. */
const LOOK_MS = 1000;

/** The choice of a model: what is here, what could be, and what each takes for the sequences in the form. */
export class ModelPanel {
  readonly element = h('details', { class: 'models', hidden: true });
  readonly #summary = h('summary', {}, 'Model');
  readonly #engine = h('p', { class: 'hint' });
  readonly #rows = h('ul', {});
  readonly #problem = h('div', { role: 'alert' });
  readonly #local = localModelList((opened) => {
    if (opened) this.#chosen = opened.sha256;
    this.#suitVisibility();
    this.#draw();
    this.#onChange();
  });
  readonly #onChange: () => void;
  #list: Pick<ModelList, 'known' | 'mayInstall'> = { known: [], mayInstall: false };
  /** What the server folds with, the default first. */
  #served: readonly RatedModel[] = [];
  #records: readonly Interpretation[] = [];
  #numRecycles: number | undefined;
  #hasAlignment = false;
  /** Name of a served model, or SHA-256 of one of this browser. */
  #chosen: string | undefined;
  /** Sets of models that are shown whole. */
  readonly #openSets = new Set<string>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param onChange called after another model was chosen, or one has come */
  constructor(onChange: () => void) {
    this.#onChange = onChange;
    this.element.append(
      this.#summary,
      h(
        'p',
        { class: 'hint' },
        'The TM-score says how near a model comes to experiments on average: 1 is perfect, above 0.5 the fold is right. AlphaFold 2 reaches its score only with an alignment of relatives; the others read the sequence alone. Times are for two cores.',
      ),
      this.#engine,
      this.#problem,
      this.#rows,
      this.#local.element,
    );
  }

  /** The one that was chosen; undefined for the server's default. */
  get chosen(): string | undefined {
    return this.#chosen;
  }

  /** The one that will fold. */
  get model(): AnyModel | undefined {
    const local = this.#local.models().find(({ sha256 }) => sha256 === this.#chosen);
    return local ?? this.#served.find(({ name }) => name === this.#chosen) ?? this.#served[0];
  }

  /** The same model as it is in this browser; undefined where it is not there. */
  get here(): LocalModel | undefined {
    const { model } = this;
    return this.#local.models().find(({ sha256 }) => sha256 === model?.sha256);
  }

  /** Takes the server's list. @param chosen what the user wants, where the server has it */
  show(list: ModelList, chosen: string | undefined) {
    this.#list = list;
    this.#served = rated(list);
    if (chosen !== undefined) this.#chosen = chosen;
    this.#suitVisibility();
    this.#draw();
    this.#onChange();
    clearTimeout(this.#timer);
    if (list.known.some(({ installation }) => isUnderWay(installation)))
      this.#timer = setTimeout(() => void this.#look(), LOOK_MS);
  }

  /** Tells time and memory for these. */
  suit(
    records: readonly Interpretation[],
    { numRecycles, hasAlignment }: { readonly numRecycles: number | undefined; readonly hasAlignment: boolean }, // prettier-ignore
  ) {
    this.#records = records;
    this.#numRecycles = numRecycles;
    this.#hasAlignment = hasAlignment;
    this.#draw();
  }

  dispose() {
    clearTimeout(this.#timer);
  }

  #suitVisibility() {
    this.element.hidden = this.#served.length + this.#local.models().length === 0;
  }

  async #look() {
    await this.#change(() => server.listModels());
  }

  /** Does something that answers with the list. */
  async #change(ask: () => Promise<ModelList>) {
    const numServed = this.#served.length;
    this.#problem.replaceChildren();
    try {
      this.show(await ask(), this.#chosen);
      const newest = this.#served.at(-1);
      if (newest && this.#served.length > numServed) announce(`${newest.name} can be chosen now.`);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      const words = [error.message, error.hint].filter(Boolean).join(' ');
      this.#problem.replaceChildren(h('p', { class: 'problem' }, words));
    }
  }

  #draw() {
    const { model } = this;
    this.#engine.textContent = model?.engine ? `Computed on ${describeEngine(model.engine)}.` : '';
    const { known, mayInstall } = this.#list;
    this.#summary.replaceChildren('Model: ', h('b', {}, model?.name ?? ''), accuracyNote(model));
    const others = known
      .filter(({ kind, isServed }) => kind === 'folding' && !isServed)
      .toSorted(byAccuracy);
    const groups = groupsOf(others);
    const hadFocus = this.#rows.contains(document.activeElement);
    this.#rows.replaceChildren(
      ...this.#served.toSorted(byAccuracy).map((each) => this.#servedRow(each)),
      ...this.#local.models().map((each) => this.#localRow(each)),
      ...groups.map((group) => this.#groupRow(group, mayInstall)),
    );
    if (hadFocus) this.#rows.querySelector<HTMLElement>('input:checked')?.focus();
  }

  #servedRow(model: RatedModel): HTMLElement {
    const known = this.#list.known.find(({ name }) => name === model.name);
    const estimate = estimateOfAll(this.#records, suited(model, this.#hasAlignment), this.#numRecycles); // prettier-ignore
    const choice = this.#choice(model, model.name);
    return h('li', {}, h('label', {}, choice, ...factsOf(known ?? model, estimate)));
  }

  #localRow(model: LocalModel): HTMLElement {
    const { name, sha256, isKept } = model;
    const choice = this.#choice(model, sha256);
    const estimate = estimateOfAll(this.#records, suited(model, this.#hasAlignment), this.#numRecycles); // prettier-ignore
    const place = isKept ? 'kept in this browser' : 'opened from this computer';
    const description = `${capitalised(place)}, ${sizeOfModel(model)}`;
    const facts = factsOf({ name, description }, estimate);
    return h('li', {}, h('label', {}, choice, ...facts), this.#local.actions(model));
  }

  #choice(model: AnyModel, key: string): HTMLInputElement {
    return h('input', {
      type: 'radio',
      name: 'model',
      value: key,
      checked: model === this.model,
      on: {
        change: () => {
          this.#chosen = key;
          this.#draw();
          this.#onChange();
        },
      },
    });
  }

  /** Models that are alike but for their training take one row: one of them is enough. */
  #groupRow(group: readonly KnownModel[], mayInstall: boolean): HTMLElement {
    const [first, ...others] = group.toSorted((a, b) => nearness(b) - nearness(a));
    const row = this.#otherRow(first!, mayInstall);
    if (others.length === 0) return row;
    const set = first!.set!;
    const more = h(
      'details',
      { open: this.#openSets.has(set) },
      h('summary', {}, `${others.length} more like it, trained separately: one is enough`),
      h('ul', {}, ...others.map((each) => this.#otherRow(each, mayInstall))),
    );
    more.addEventListener('toggle', () => {
      if (more.open) this.#openSets.add(set);
      else this.#openSets.delete(set);
    });
    row.append(more);
    return row;
  }

  #otherRow(model: KnownModel, mayInstall: boolean): HTMLElement {
    const suiting = suited(estimatesOf(model), this.#hasAlignment);
    const estimate = estimateOfAll(this.#records, suiting, this.#numRecycles);
    return h(
      'li',
      { class: 'absent' },
      h('div', {}, ...factsOf(model, estimate)),
      installationView(model, {
        mayInstall,
        install: () => void this.#change(() => server.installModel({ path: { id: model.name } })),
        cancel: () =>
          void this.#change(() => server.cancelInstallation({ path: { id: model.name } })),
      }),
    );
  }
}

/** Models of a set together, at the place of the first. */
function groupsOf(models: readonly KnownModel[]): KnownModel[][] {
  const groups = new Map<string, KnownModel[]>();
  for (const model of models) {
    const key = model.set ?? model.name;
    groups.set(key, [...(groups.get(key) ?? []), model]);
  }
  return [...groups.values()];
}

/** Of a set, what is on its way or on the server's disk comes first. */
const nearness = ({ installation, isHere }: KnownModel): number =>
  installation ? 2 : Number(isHere);

const byAccuracy = (a: Rated, b: Rated): number => tmScoreOf(b) - tmScoreOf(a);
type Rated = Pick<RatedModel, 'accuracy'>;

function accuracyNote(model: Rated | undefined): string {
  if (!model?.accuracy) return '';
  const { cameoTmScore, heldOutTmScore } = model.accuracy;
  if (cameoTmScore !== undefined) return ` · TM-score ${cameoTmScore.toFixed(2)} on CAMEO targets`;
  return heldOutTmScore === undefined
    ? ''
    : ` · TM-score ${heldOutTmScore.toFixed(2)} on chains it was not trained on`;
}

function factsOf(
  model: Rated & Partial<KnownModel> & { readonly name: string },
  estimate: PredictionEstimate | undefined,
): HTMLElement[] {
  const facts = [
    model.description?.replace(/\.$/, ''),
    model.licence && `licence ${model.licence}`,
    estimate && `for this: ${describeEstimate(estimate)}`,
  ].filter(Boolean);
  return [
    h('b', {}, model.name),
    h('span', {}, accuracyNote(model).replace(/^ · /, '')),
    h('span', { class: 'hint' }, facts.join(' · ')),
  ];
}
