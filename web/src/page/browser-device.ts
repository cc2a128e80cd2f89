/** What may compute in this browser: `auto` is WebGPU on a real graphics card, else WebAssembly. */
export const BROWSER_DEVICES = ['auto', 'webgpu', 'wasm'] as const;
/** One of {@link BROWSER_DEVICES}. */
export type BrowserDevice = (typeof BROWSER_DEVICES)[number];
