/** @file A graphics card in software, for WebGPU in Node: SwiftShader, which comes with Chromium. */
import { existsSync } from 'node:fs';

const DRIVER = '/usr/lib/chromium/vk_swiftshader_icd.json';
/** Of the package libvulkan1. */
const LOADERS = ['x86_64', 'aarch64'].map((arch) => `/usr/lib/${arch}-linux-gnu/libvulkan.so.1`);

/** Whether WebGPU can be tested here; where tests must not be skipped, it is said to be so. */
export function hasGraphicsCard(): boolean {
  return process.env['CI'] === 'true' || (existsSync(DRIVER) && LOADERS.some(existsSync));
}

/** The environment in which WebGPU finds the card. */
export const GRAPHICS_CARD = { VK_ICD_FILENAMES: DRIVER };

/** Lets WebGPU find the card in this process; call it before the first session is opened. */
export function useGraphicsCard(): void {
  Object.assign(process.env, GRAPHICS_CARD);
}
