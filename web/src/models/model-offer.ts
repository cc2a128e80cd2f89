import { ApiError, type ModelList } from '#client/index';
import { h } from '../page/dom.js';
import { server } from '../server/api.js';
import { installationView, isUnderWay } from './installation-view.js';

/** How often a running installation is looked at. */
const LOOK_MS = 1000;

/** Offers to install a model, and shows how far that is; empty where the model is there or not known. */
export interface ModelOffer {
  readonly element: HTMLElement;
  readonly dispose: () => void;
}

/**
 * Offers to install one model of the server.
 *
 * @param onHere called once it was installed while it was looked at
 */
export function modelOffer(name: string, onHere: () => void): ModelOffer {
  const element = h('div', {});
  let timer: ReturnType<typeof setTimeout> | undefined;
  let [isOver, isAwaited] = [false, false];
  const change = async (ask: () => Promise<ModelList>): Promise<void> => {
    try {
      const list = await ask();
      if (!isOver) show(list);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      element.append(h('p', { class: 'problem' }, error.message));
    }
  };
  const show = ({ known, mayInstall }: ModelList): void => {
    const model = known.find((each) => each.name === name);
    element.replaceChildren();
    if (!model || (model.isHere && !model.installation)) {
      if (isAwaited) onHere();
      return;
    }
    element.append(
      installationView(
        { ...model, isHere: false },
        {
          mayInstall,
          install: () => {
            isAwaited = true;
            void change(() => server.installModel({ path: { id: name } }));
          },
          cancel: () => void change(() => server.cancelInstallation({ path: { id: name } })),
        },
      ),
    );
    if (!isUnderWay(model.installation)) return;
    isAwaited = true;
    timer = setTimeout(() => void change(() => server.listModels()), LOOK_MS);
  };
  void change(() => server.listModels());
  return {
    element,
    dispose: () => {
      isOver = true;
      clearTimeout(timer);
    },
  };
}
