/** A graphics card that the browser reaches. */
export interface GraphicsCard {
  /** What the browser calls it; browsers tell little. */
  readonly name: string;
  /** Whether it is drawn in software, which is far slower than WebAssembly. */
  readonly isSoftware: boolean;
  /** Bytes that one tensor may have. */
  readonly largestTensorBytes: number;
}

/** The part of WebGPU that is asked here. */
interface Adapter {
  readonly info: {
    readonly vendor?: string;
    readonly architecture?: string;
    readonly description?: string;
    readonly isFallbackAdapter?: boolean;
  };
  readonly limits: {
    readonly maxBufferSize: number;
    readonly maxStorageBufferBindingSize: number;
  };
}

/** The card that WebGPU gives; undefined where the browser has no WebGPU, or no card for it. */
export async function graphicsCard(): Promise<GraphicsCard | undefined> {
  const { gpu } = navigator as {
    readonly gpu?: { requestAdapter(): Promise<Adapter | null> };
  };
  const adapter = await gpu?.requestAdapter().catch(() => null);
  if (!adapter) return undefined;
  const { vendor, architecture, description, isFallbackAdapter = false } = adapter.info;
  const { maxBufferSize, maxStorageBufferBindingSize } = adapter.limits;
  return {
    name: description || [vendor, architecture].filter(Boolean).join(' ') || 'graphics card',
    isSoftware: isFallbackAdapter,
    largestTensorBytes: Math.min(maxBufferSize, maxStorageBufferBindingSize),
  };
}
