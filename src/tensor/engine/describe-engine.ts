import type { EngineFacts } from './engine.js';

/** An engine in words: `cpu, onnxruntime 1.30.0, 2 threads, float32`. */
export function describeEngine(facts: EngineFacts): string {
  return [facts.device, `${facts.name} ${facts.version}`, ...howItComputes(facts)].join(', ');
}

/** What an engine computes on, in words and without its name: `cpu, 2 threads, float32`. */
export function describeDevice(facts: EngineFacts): string {
  return [facts.device, ...howItComputes(facts)].join(', ');
}

function howItComputes({ threads, precision }: EngineFacts): string[] {
  const onThreads = threads === 1 ? '1 thread' : `${threads} threads`;
  return precision ? [onThreads, precision] : [onThreads];
}
