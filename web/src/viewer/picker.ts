import {
  Mesh,
  NearestFilter,
  WebGLRenderTarget,
  type Material,
  type Object3D,
  type PerspectiveCamera,
  type Scene,
  type WebGLRenderer,
} from 'three';
import type { Pickable } from './drawing.js';

/** What lies under a point of the screen. */
export type Picked =
  | { readonly kind: 'residue'; readonly index: number }
  | { readonly kind: 'atom'; readonly index: number };

/** Finds what is drawn at a pixel by drawing that one pixel in index colours: exact, whatever the shape. */
export class Picker {
  readonly #renderer: WebGLRenderer;
  readonly #target = new WebGLRenderTarget(1, 1, {
    minFilter: NearestFilter,
    magFilter: NearestFilter,
  });
  readonly #pixel = new Uint8Array(4);

  constructor(renderer: WebGLRenderer) {
    this.#renderer = renderer;
  }

  /**
   * @param x pixels from the left edge of the view
   * @param y pixels from its top
   * @param size width and height of the view in the same pixels
   */
  pick(
    scene: Scene,
    camera: PerspectiveCamera,
    { x, y, width, height }: { x: number; y: number; width: number; height: number },
  ): Picked | null {
    const restore = showIndices(scene);
    camera.setViewOffset(width, height, Math.floor(x), Math.floor(y), 1, 1);
    const before = this.#renderer.getRenderTarget();
    this.#renderer.setRenderTarget(this.#target);
    this.#renderer.clear();
    this.#renderer.render(scene, camera);
    this.#renderer.readRenderTargetPixels(this.#target, 0, 0, 1, 1, this.#pixel);
    this.#renderer.setRenderTarget(before);
    camera.clearViewOffset();
    restore();
    const [red, green, blue, alpha] = this.#pixel as unknown as [number, number, number, number];
    if (alpha === 0) return null;
    return { kind: alpha === 255 ? 'atom' : 'residue', index: red + 256 * green + 65536 * blue };
  }

  dispose() {
    this.#target.dispose();
  }
}

/** Swaps materials for index colours and hides what cannot be picked; the result undoes it. */
function showIndices(scene: Object3D): () => void {
  const undo: (() => void)[] = [];
  scene.traverse((object) => {
    if (!(object instanceof Mesh)) return;
    const { picking } = object.userData as Partial<Pickable>;
    const { visible } = object;
    const material = object.material as Material;
    undo.push(() => {
      object.material = material;
      object.visible = visible;
    });
    if (picking) object.material = picking;
    else object.visible = false;
  });
  return () => {
    for (const step of undo) step();
  };
}
