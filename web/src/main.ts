/** @file Starts the page and follows its addresses: `/` is the form, `/?prediction=ID` a prediction. */
import { predictionUrl, type Page } from './page/page.js';
import { startPage } from './page/start.js';
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
  const id = new URLSearchParams(location.search).get('prediction');
  if (id === null)
    show(
      submitPage((to) => {
        navigate(to === null ? '/' : predictionUrl(to));
      }),
    );
  else void openPrediction(id, show);
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
