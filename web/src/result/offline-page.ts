import { ApiError } from '#client/index';
import type { ResultFiles } from '../data/result.js';

/** Where the template keeps a place for the result; also the id of the element that holds it. */
export const RESULT_ELEMENT = 'codonfold-result';

/** What an offline page carries. */
export interface OfflineResult {
  readonly id: string;
  readonly files: ResultFiles;
  /** Where the server showed it when it was saved; absent for what was folded in a browser. */
  readonly address?: string;
}

/** JSON that cannot end the script element it stands in. */
function scriptSafe(value: unknown): string {
  return JSON.stringify(value).replaceAll('<', '\\u003c');
}

/**
 * One HTML file with the result and all that shows it; it needs no network.
 *
 * @throws ApiError when the server does not have the template
 */
export async function offlinePage(result: OfflineResult): Promise<string> {
  const response = await fetch('/offline.html');
  const template = response.ok ? await response.text() : '';
  const place = `<script type="application/json" id="${RESULT_ELEMENT}"></script>`;
  if (!template.includes(place))
    throw new ApiError(response.status, {
      detail: 'The server does not have the template of the offline page.',
    });
  const data = scriptSafe(result);
  // a function, because data may hold $& and the like
  return template.replace(place, () => place.replace('></', `>${data}</`));
}
