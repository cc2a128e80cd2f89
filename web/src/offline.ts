/** @file The page inside a saved result: no server, no network. */
import './styles/main.css';
import { startPage } from './page/start.js';
import { RESULT_ELEMENT, type OfflineResult } from './result/offline-page.js';
import { readResult } from './data/result.js';
import { resultView } from './result/result-view.js';

const showPage = startPage();
const { id, files, address } = JSON.parse(
  document.getElementById(RESULT_ELEMENT)!.textContent,
) as OfflineResult;
const result = readResult(id, files, undefined);
showPage(resultView({ ...result, ...(address !== undefined && { address }) }, []));
