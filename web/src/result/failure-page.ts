import { ApiError } from '#client/index';
import { h } from '../page/dom.js';
import type { Page } from '../page/page.js';

/** A page that says why there is nothing to show. @param missing what a 404 means here */
export function failurePage(error: unknown, missing = 'No such prediction'): Page {
  const title = error instanceof ApiError && error.status === 404 ? missing : 'Something is wrong';
  const message = error instanceof ApiError ? error.message : 'The result could not be read.';
  const detail = error instanceof ApiError ? error.hint : String(error);
  const element = h(
    'section',
    { class: 'card job' },
    h('h1', {}, title),
    h('p', { role: 'alert' }, message),
    h('p', { class: 'hint' }, detail),
    h('a', { class: 'button', href: '/', 'data-route': true }, 'New prediction'),
  );
  return { title: 'codonfold', element, dispose: () => undefined };
}
