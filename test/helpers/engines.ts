/** @file The engines that are held to the numbers of original programs. */
import type { KnownEngine } from '#tensor/engine/engine';
import { nodeEngine } from '#tensor/engine/onnxruntime-node';
import { openEngine } from '#tensor/engine/open-engine';
import { tensorflowEngine } from '#tensor/engine/tensorflow';
import { hasGraphicsCard, useGraphicsCard } from './graphics-card.js';
import { tensorflowOn } from './tensorflow.js';
import { wasmInNode } from './wasm.js';

/** An engine, and whether it is given everything or, since it takes long, the smallest. */
interface ParityEngine {
  readonly name: string;
  readonly engine: KnownEngine;
  readonly isFast: boolean;
}

/** Milliseconds that the smallest case may take on the slowest of them: a graphics card in software. */
export const SLOW_ENGINE_MS = 300_000;

/** Every engine that can be opened here; of TensorFlow the faster of the backends that npm has. */
export async function parityEngines(): Promise<readonly ParityEngine[]> {
  const slow = [await wasmInNode(), tensorflowEngine(await tensorflowOn('wasm'))];
  if (hasGraphicsCard()) {
    useGraphicsCard();
    slow.push(await openEngine({ device: 'webgpu', numThreads: 1 }));
  }
  return [
    { name: 'onnxruntime-cpu', engine: nodeEngine(1), isFast: true },
    ...slow.map((engine) => ({ name: engine.name, engine, isFast: false })),
  ];
}
