import { graphicsCard, type GraphicsCard } from '../local/graphics-card.js';
import { h, select } from '../page/dom.js';
import type { BrowserDevice } from '../page/browser-device.js';
import { changeSettings, settings } from '../page/settings.js';

/** What computes where the user folds in this browser. */
export interface DeviceChoice {
  readonly element: HTMLElement;
  /** What was chosen. */
  readonly value: () => BrowserDevice;
  /** Whether a graphics card computes. */
  readonly isOnCard: () => boolean;
}

/**
 * Offers WebGPU where the browser has it, and says what “Automatic” is here.
 *
 * @param onChange called when another is chosen, and when it is known whether there is a graphics card
 */
export function deviceChoice(onChange: () => void): DeviceChoice {
  let card: GraphicsCard | undefined;
  const choice = select({
    label: 'Fold in this browser with',
    value: settings().device,
    entries: [
      { value: 'auto', label: 'Automatic' },
      { value: 'webgpu', label: 'WebGPU, the graphics card' },
      { value: 'wasm', label: 'WebAssembly, the processor' },
    ],
    onChange: (device) => {
      changeSettings({ device });
      show();
    },
  });
  const hint = h('span', { class: 'hint' });
  const value = (): BrowserDevice => choice.input.value as BrowserDevice;
  const isOnCard = (): boolean =>
    value() === 'webgpu' || (value() === 'auto' && card?.isSoftware === false);
  const show = (): void => {
    hint.textContent = outlook(value(), card);
    onChange();
  };
  const webgpu = choice.input.options[1]!;
  webgpu.disabled = true;
  void graphicsCard().then((found) => {
    card = found;
    webgpu.disabled = card === undefined;
    if (value() === 'webgpu' && !card) choice.input.value = 'auto';
    show();
  });
  return { element: h('div', { class: 'row' }, choice, hint), value, isOnCard };
}

/** What a choice means on this computer. */
function outlook(device: BrowserDevice, card: GraphicsCard | undefined): string {
  if (device === 'wasm') return 'Computed by WebAssembly on the processor.';
  if (!card)
    return 'Computed by WebAssembly on the processor: this browser offers no graphics card.';
  const { name, isSoftware } = card;
  if (device === 'webgpu')
    return isSoftware
      ? `Computed by WebGPU on ${name}, which is a graphics card in software: WebAssembly is faster.`
      : `Computed by WebGPU on ${name}.`;
  return isSoftware
    ? `Computed by WebAssembly on the processor: ${name} is a graphics card in software, which is slower.`
    : `Computed by WebGPU on ${name}; by WebAssembly where the card fails.`;
}
