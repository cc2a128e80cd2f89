import type { MutantScore } from '../server/api.js';
import type { Wildtype } from '../data/result.js';
import { modelOffer } from '../models/model-offer.js';
import { h } from '../page/dom.js';
import { ApiError } from '#client/index';
import type { Panel } from './panel.js';
import { signed } from '../page/text.js';

/** The language model to install: a large one that most machines can run. */
const RECOMMENDED = 'esm2_t33_650M_UR50D';
/** So many of the residues that the model expects are named. */
const NUM_EXPECTED = 3;
/** Log-odds within which two residues count as equally likely. */
const ALIKE = 0.1;

function likelihood({ wildtype, mutant, logOdds }: MutantScore['substitutions'][number]): string {
  if (Math.abs(logOdds) < ALIKE) return `finds ${mutant} about as likely as ${wildtype}`;
  const times = Number(Math.exp(Math.abs(logOdds)).toPrecision(2)).toLocaleString('en');
  return `finds ${mutant} ${times} times ${logOdds < 0 ? 'less' : 'more'} likely than ${wildtype}`;
}

function inWords({ mutant, logOdds, model, substitutions }: MutantScore): HTMLElement[] {
  const sentences = substitutions.map((substitution) => {
    const { position, expected } = substitution;
    const listed = expected
      .slice(0, NUM_EXPECTED)
      .map(({ residue, probability }) => `${residue} (${Math.round(100 * probability)} %)`);
    return `With residue ${position} hidden, the language model ${model.name} ${likelihood(substitution)}. It expects most of all ${listed.join(', ')}.`;
  });
  return [
    h('p', {}, h('b', {}, `${mutant}: ${signed(logOdds, 2)}. `), sentences.join(' ')),
    h(
      'p',
      { class: 'hint' },
      'The number is the natural logarithm of the ratio. Far below 0, the mutant is seldom found in nature, and often it works less well. It says nothing of the structure.',
    ),
  ];
}

/** What a language model says of a mutant, in words; where only our own is there, it offers a better one. */
export function mutantScoreView({ score }: Pick<Wildtype, 'score'>): Panel {
  const words = h('div', { role: 'status' }, h('p', { class: 'hint' }, 'Scoring the mutant…'));
  const offer = h('div', {});
  const closing = new AbortController();
  let dispose = (): void => undefined;
  const show = async (): Promise<void> => {
    try {
      const scored = await score(closing.signal);
      words.replaceChildren(...inWords(scored));
      offer.replaceChildren();
      if (!scored.model.name.startsWith('esm2_')) offerBetter();
    } catch (error) {
      if (closing.signal.aborted) return;
      if (!(error instanceof ApiError)) throw error;
      const text = [error.message, error.hint].filter(Boolean).join('. ');
      words.replaceChildren(h('p', { class: 'hint' }, `There is no score: ${text}`));
    }
  };
  const offerBetter = (): void => {
    const better = modelOffer(RECOMMENDED, () => void show());
    ({ dispose } = better);
    offer.replaceChildren(
      h(
        'p',
        { class: 'hint' },
        'This language model is small and was trained on 0.26 million sequences, so take its score as a demonstration. ESM-2 was trained on some 65 million.',
      ),
      better.element,
    );
  };
  void show();
  return {
    element: h(
      'section',
      { class: 'mutant-score', 'aria-label': 'Score of the language model' },
      h('h3', {}, 'How likely is this mutant?'),
      words,
      offer,
    ),
    dispose: () => {
      closing.abort();
      dispose();
    },
  };
}
