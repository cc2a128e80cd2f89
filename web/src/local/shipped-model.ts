import config from '../../../data/weights/codonfold-small/config.json';
import weights from '../../../data/weights/codonfold-small/model.safetensors?url';
import { download } from './download.js';
import type { ModelFiles } from './messages.js';

/**
 * Fetches the model that comes with the page.
 *
 * @param onLoading told which share of the weights has arrived
 * @throws FoldError `DOWNLOAD_FAILED`
 */
export async function fetchShippedModel(onLoading: (share: number) => void): Promise<ModelFiles> {
  const files = [
    new File([await download(weights, onLoading)], 'model.safetensors'),
    new File([JSON.stringify(config)], 'config.json'),
  ];
  return { name: 'codonfold-small', files };
}
