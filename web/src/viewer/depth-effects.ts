import {
  Color,
  DepthTexture,
  Mesh,
  OrthographicCamera,
  PlaneGeometry,
  Scene,
  ShaderMaterial,
  Vector2,
  WebGLRenderTarget,
  type PerspectiveCamera,
  type WebGLRenderer,
} from 'three';
import { COMPOSITE_SHADER, FULL_SCREEN_SHADER, OCCLUSION_SHADER } from './depth-shaders.js';

/** How the finished picture is put together. */
export interface DepthStyle {
  /** What distant parts fade into. */
  readonly background: Color;
  readonly outline: Color;
  /** How far the most distant parts fade, 0-1. */
  readonly haze: number;
  /** Shade where parts come close, and lines where they overlap; without them the picture is drawn plain. */
  readonly hasEffects: boolean;
}

/** Draws a scene with ambient occlusion, outlines and haze, so that depth reads; background stays transparent. */
export class DepthEffects {
  readonly #scene = new WebGLRenderTarget(1, 1, {
    samples: 4,
    depthTexture: new DepthTexture(1, 1),
  });
  readonly #occlusion = new WebGLRenderTarget(1, 1, { depthBuffer: false });
  readonly #occlusionPass = pass(OCCLUSION_SHADER);
  readonly #compositePass = pass(COMPOSITE_SHADER);
  readonly #quad = new Mesh(new PlaneGeometry(2, 2));
  readonly #quadScene = new Scene();
  readonly #quadCamera = new OrthographicCamera(-1, 1, 1, -1, 0, 1);

  constructor() {
    this.#quad.frustumCulled = false;
    this.#quadScene.add(this.#quad);
  }

  /**
   * @param size of the picture in pixels
   * @param extent distance from the camera to the molecule's nearest and farthest part, Å
   */
  render(
    renderer: WebGLRenderer,
    scene: Scene,
    camera: PerspectiveCamera,
    options: { size: Vector2; extent: readonly [number, number]; style: DepthStyle; scale: number },
  ) {
    const { size, extent, style, scale } = options;
    const output = renderer.getRenderTarget();
    this.#scene.setSize(size.x, size.y);
    this.#occlusion.setSize(Math.ceil(size.x / 2), Math.ceil(size.y / 2));
    renderer.setRenderTarget(this.#scene);
    renderer.clear();
    renderer.render(scene, camera);
    const shared = {
      depthMap: this.#scene.depthTexture,
      clip: new Vector2(camera.near, camera.far),
      pixel: new Vector2(1 / size.x, 1 / size.y),
      extent: new Vector2(...extent),
    };
    const tangent = Math.tan((camera.fov * Math.PI) / 360);
    if (style.hasEffects)
      this.#draw(renderer, this.#occlusionPass, this.#occlusion, {
        ...shared,
        slope: new Vector2(tangent * camera.aspect, tangent),
      });
    this.#draw(renderer, this.#compositePass, output, {
      ...shared,
      colourMap: this.#scene.texture,
      occlusionMap: this.#occlusion.texture,
      background: style.background,
      outline: style.outline,
      haze: style.haze,
      strength: style.hasEffects ? 1 : 0,
      lineWidth: scale,
    });
  }

  #draw(
    renderer: WebGLRenderer,
    material: ShaderMaterial,
    target: WebGLRenderTarget | null,
    values: Readonly<Record<string, unknown>>,
  ) {
    for (const [name, value] of Object.entries(values)) material.uniforms[name] = { value };
    this.#quad.material = material;
    renderer.setRenderTarget(target);
    renderer.clear();
    renderer.render(this.#quadScene, this.#quadCamera);
  }

  dispose() {
    this.#scene.depthTexture?.dispose();
    this.#scene.dispose();
    this.#occlusion.dispose();
    this.#occlusionPass.dispose();
    this.#compositePass.dispose();
    this.#quad.geometry.dispose();
  }
}

function pass(fragmentShader: string): ShaderMaterial {
  return new ShaderMaterial({
    vertexShader: FULL_SCREEN_SHADER,
    fragmentShader,
    depthTest: false,
    depthWrite: false,
    transparent: false,
    toneMapped: false,
  });
}
