import { applySettings } from './settings.js';
import type { Page } from './page.js';
import { settingsBar } from './settings-bar.js';

/**
 * Prepares what all pages share: theme, settings in the header, and the place where pages go.
 *
 * @returns puts a page on the screen, in place of the one before
 */
export function startPage(): (page: Page) => void {
  const content = document.getElementById('content')!;
  document.getElementById('settings')!.append(...settingsBar());
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', applySettings);
  applySettings();
  let current: Page | undefined;
  return (page) => {
    current?.dispose();
    current = page;
    document.title = page.title;
    content.replaceChildren(page.element);
  };
}
