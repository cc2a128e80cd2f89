import type { FoldError } from '#errors';
import { SequenceLetterError } from '#sequence/sequence-error';
import { h } from '../page/dom.js';
import { capitalised } from '../page/text.js';
import { excerptView } from './interpretation-view.js';

/**
 * What stands below the message of an error: the letter in its place, a way to it, and the hint.
 *
 * @param text that could not be understood
 * @param field that holds it
 */
export function problemDetails(
  error: FoldError,
  text: string,
  field: HTMLTextAreaElement,
): HTMLElement[] {
  const details: HTMLElement[] = [];
  const offset = error instanceof SequenceLetterError ? error.place.offset : undefined;
  if (offset !== undefined) {
    const go = (): void => {
      field.focus();
      field.setSelectionRange(offset, offset + 1);
    };
    details.push(
      h(
        'p',
        {},
        excerptView(text, offset),
        ' ',
        h('button', { type: 'button', class: 'quiet', on: { click: go } }, 'Go to this letter'),
      ),
    );
  }
  if (error.hint !== undefined) details.push(h('p', { class: 'hint' }, capitalised(error.hint)));
  return details;
}
