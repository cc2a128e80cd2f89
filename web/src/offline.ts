/** @file The page inside a saved result: no server, no network. */
import './styles/main.css';
import { startPage } from './page/start';
import { RESULT_ELEMENT, type OfflineResult } from './result/offline-page';
import { readResult } from './result/result';
import { resultView } from './result/result-view';

const showPage = startPage();
const { id, files } = JSON.parse(
  document.getElementById(RESULT_ELEMENT)!.textContent,
) as OfflineResult;
showPage(resultView(readResult(id, files, undefined), []));
