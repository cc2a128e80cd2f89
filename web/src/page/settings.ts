import type { Palette } from '../viewer/palette.js';
import { BROWSER_DEVICES, type BrowserDevice } from './browser-device.js';

/** What the user has chosen for all predictions; kept in this browser. */
export interface Settings {
  readonly theme: 'system' | 'light' | 'dark';
  readonly palette: Palette;
  readonly device: BrowserDevice;
}

const KEY = 'codonfold.settings';
const DEFAULTS: Settings = { theme: 'system', palette: 'usual', device: 'auto' };
const listeners = new Set<() => void>();
let current = read();

function read(): Settings {
  try {
    const stored = JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<Settings>;
    return {
      theme: stored.theme === 'light' || stored.theme === 'dark' ? stored.theme : DEFAULTS.theme,
      palette: stored.palette === 'safe' ? 'safe' : DEFAULTS.palette,
      device: BROWSER_DEVICES.find((each) => each === stored.device) ?? DEFAULTS.device,
    };
  } catch {
    return DEFAULTS; // storage is blocked or holds something else
  }
}

/** The settings now. */
export function settings(): Settings {
  return current;
}

/** Is the page dark, by choice or by the system? */
export function isDark(): boolean {
  if (current.theme !== 'system') return current.theme === 'dark';
  return matchMedia('(prefers-color-scheme: dark)').matches;
}

/** Changes settings, keeps them and tells everyone. */
export function changeSettings(change: Partial<Settings>) {
  current = { ...current, ...change };
  try {
    localStorage.setItem(KEY, JSON.stringify(current));
  } catch {
    // without storage the choice lasts as long as the page
  }
  applySettings();
}

let isOnPaper = false;

/** Makes the page light while it is printed. */
export function printTheme(isPrinting: boolean) {
  isOnPaper = isPrinting;
  applySettings();
}

/** Puts the theme on the page. */
export function applySettings() {
  document.documentElement.dataset['theme'] = isDark() && !isOnPaper ? 'dark' : 'light';
  for (const listener of listeners) listener();
}

/** Calls `listener` after every change until the returned function is called. */
export function onSettings(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
