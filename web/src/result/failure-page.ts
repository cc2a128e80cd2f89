import { ApiError } from '#client/index';
import { h } from '../page/dom.js';
import { capitalised } from '../page/text.js';
import type { Page } from '../page/page.js';

const MISSING = 'No such prediction';

/** A page that says why there is nothing to show. @param missing what a 404 means here */
export function failurePage(error: unknown, missing = MISSING): Page {
  const isMissing = error instanceof ApiError && error.status === 404;
  const title = isMissing ? missing : 'Something is wrong';
  const message = error instanceof ApiError ? error.message : 'The result could not be read.';
  const detail =
    isMissing && missing === MISSING
      ? 'The link may be incomplete, or the prediction may have been deleted.'
      : error instanceof ApiError
        ? error.hint
        : String(error);
  const element = h(
    'section',
    { class: 'card job' },
    h('h1', {}, title),
    h('p', { role: 'alert' }, capitalised(message)),
    detail === undefined ? undefined : h('p', { class: 'hint' }, capitalised(detail)),
    h('a', { class: 'button', href: '/', 'data-route': true }, 'New prediction'),
  );
  return { title: 'codonfold', element, dispose: () => undefined };
}
