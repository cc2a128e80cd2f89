import { ApiError } from '../api.js';
import { h } from '../page/dom.js';
import type { Page } from '../page/page.js';

/** A page that says why a prediction cannot be shown. */
export function failurePage(error: unknown): Page {
  const message = error instanceof ApiError ? error.message : 'The result could not be read.';
  const detail = error instanceof ApiError ? error.hint : String(error);
  const element = h(
    'section',
    { class: 'card job' },
    h(
      'h1',
      {},
      error instanceof ApiError && error.status === 404
        ? 'No such prediction'
        : 'Something is wrong',
    ),
    h('p', { role: 'alert' }, message),
    h('p', { class: 'hint' }, detail),
    h('a', { class: 'button', href: '/', 'data-route': true }, 'New prediction'),
  );
  return { title: 'codonfold', element, dispose: () => undefined };
}
