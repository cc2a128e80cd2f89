/**
 * @file Starts the page and follows its addresses: `/` is the form, `/?prediction=ID` a prediction of the server,
 * `/?here=ID` one of this browser, `/?gallery=` the gallery.
 */
import { openGallery } from './gallery/gallery-page.js';
import { openLocalPrediction } from './result/local-page.js';
import { ApiError } from '#client/index';
import type { Page } from './page/page.js';
import { startPage } from './page/start.js';
import { failurePage } from './result/failure-page.js';
import { openPrediction } from './result/prediction-page.js';
import { submitPage } from './submit/submit-page.js';

const showPage = startPage();
let visit = 0;

function open(): void {
  const here = ++visit;
  const show = (page: Page): void => {
    // an answer that comes after the user has gone elsewhere is for nobody
    if (here === visit) showPage(page);
    else page.dispose();
  };
  const address = new URLSearchParams(location.search);
  const [served, local] = [address.get('prediction'), address.get('here')];
  const example = address.get('gallery');
  if (location.pathname !== '/')
    show(
      failurePage(
        new ApiError(404, { detail: `Nothing is at ${location.pathname}.` }),
        'No such page',
      ),
    );
  else if (served !== null) void openPrediction(served, show);
  else if (local !== null) void openLocalPrediction(local, show);
  else if (example !== null) void openGallery(example, show);
  else show(submitPage(navigate));
}

function navigate(url: string): void {
  history.pushState(null, '', url);
  open();
  document.getElementById('content')?.focus();
  scrollTo(0, 0);
}

addEventListener('popstate', open);
document.addEventListener('click', (event) => {
  const link = (event.target as Element).closest<HTMLAnchorElement>('a[data-route]');
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
  event.preventDefault();
  navigate(link.href);
});
open();
