import { h } from '../page/dom.js';
import type { Page } from '../page/page.js';
import { exampleList } from './example-list.js';
import { predictionList } from './prediction-list.js';
import { SubmitForm } from './submit-form.js';

/**
 * The page at `/`.
 *
 * @param navigate goes to an address within the page
 */
export function submitPage(navigate: (url: string) => void): Page {
  const form = new SubmitForm(navigate);
  const list = predictionList();
  const element = h(
    'div',
    { class: 'home' },
    h(
      'div',
      { class: 'intro' },
      h('h1', {}, 'From codon to fold'),
      h(
        'p',
        {},
        'Paste a gene, an mRNA or a protein. See what it folds into, and how sure the model is of every residue.',
      ),
    ),
    form.element,
    h(
      'div',
      { class: 'side' },
      exampleList((fasta) => {
        form.text = fasta;
      }),
      list.element,
    ),
  );
  const dispose = (): void => {
    form.dispose();
    list.dispose();
  };
  return { title: 'codonfold', element, dispose };
}
