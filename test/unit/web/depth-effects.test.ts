import {
  Color,
  Mesh,
  PerspectiveCamera,
  Scene,
  Vector2,
  Vector3,
  WebGLRenderTarget,
  type BufferGeometry,
  type Camera,
  type EventDispatcher,
  type ShaderMaterial,
  type WebGLRenderer,
} from 'three';
import { describe, expect, it } from 'vitest';
import { DepthEffects } from '#web/viewer/depth-effects';

/** What was drawn: into what, of which size, and with which numbers. */
interface Drawn {
  readonly isScreen: boolean;
  readonly size: readonly [number, number] | undefined;
  readonly cleared: number;
  readonly uniforms: Readonly<Record<string, { readonly value: unknown }>>;
}

function render(hasEffects: boolean) {
  const screen = null;
  const freed = new Set<unknown>();
  const owned = new Set<unknown>();
  const own = (thing: EventDispatcher<{ dispose: object }>) => {
    owned.add(thing);
    thing.addEventListener('dispose', () => freed.add(thing));
  };
  let target: WebGLRenderTarget | null = screen;
  let cleared = 0;
  const drawn: Drawn[] = [];
  const scene = new Scene();
  const renderer = {
    getRenderTarget: () => target,
    setRenderTarget: (next: WebGLRenderTarget | null) => {
      target = next;
      if (!next) return;
      own(next);
      if (next.depthTexture) own(next.depthTexture);
    },
    clear: () => cleared++,
    render: (what: Scene, seenBy: Camera) => {
      const quad = what.children.find((child) => child instanceof Mesh);
      const uniforms = quad ? { ...(quad.material as ShaderMaterial).uniforms } : {};
      if (quad) {
        // It covers the screen, whatever three.js would cull.
        const geometry = quad.geometry as BufferGeometry;
        const position = geometry.getAttribute('position');
        const corners = Array.from({ length: 4 }, (_, i) =>
          new Vector3().fromBufferAttribute(position, i).project(seenBy).toArray().slice(0, 2),
        );
        expect(corners).toEqual([
          [-1, 1],
          [1, 1],
          [-1, -1],
          [1, -1],
        ]);
        expect(quad.frustumCulled).toBe(false);
        const material = quad.material as ShaderMaterial;
        expect([material.depthTest, material.depthWrite, material.transparent]).toEqual([
          ...[false, false, false],
        ]);
        expect(material.toneMapped).toBe(false);
        own(material);
        own(geometry);
      }
      const size = target ? ([target.width, target.height] as const) : undefined;
      expect(what === scene).toBe(quad === undefined);
      drawn.push({ isScreen: target === screen, size, cleared, uniforms });
    },
  } as unknown as WebGLRenderer;
  const camera = new PerspectiveCamera(60, 2.5, 3, 700);
  const effects = new DepthEffects();
  const style = {
    background: new Color('#ffffff'),
    outline: new Color('#000000'),
    haze: 0.4,
    hasEffects,
  };
  effects.render(renderer, scene, camera, {
    ...{ size: new Vector2(201, 80), extent: [20, 90], style, scale: 1.5 },
  });
  effects.dispose();
  expect(freed).toEqual(owned);
  expect(owned.size).toBe(hasEffects ? 6 : 4);
  return drawn;
}

describe('DepthEffects', () => {
  it('draws the scene, the occlusion at half its size, and both onto the screen', () => {
    const drawn = render(true);
    expect(drawn.map(({ size }) => size)).toEqual([[201, 80], [101, 40], undefined]);
    expect(drawn.map(({ cleared }) => cleared)).toEqual([1, 2, 3]);
    const [, occlusion, composite] = drawn;
    const numbers = ({ value }: { readonly value: unknown }) => (value as Vector2).toArray();
    for (const { uniforms } of [occlusion!, composite!]) {
      expect(numbers(uniforms['clip']!)).toEqual([3, 700]);
      expect(numbers(uniforms['pixel']!)).toEqual([1 / 201, 1 / 80]);
      expect(numbers(uniforms['extent']!)).toEqual([20, 90]);
    }
    const [across, up] = numbers(occlusion!.uniforms['slope']!);
    expect(up).toBeCloseTo(Math.tan(Math.PI / 6), 9); // half of 60°
    expect(across).toBeCloseTo(2.5 * up, 9);
    const { strength, haze, lineWidth } = composite!.uniforms;
    expect([strength!.value, haze!.value, lineWidth!.value]).toEqual([1, 0.4, 1.5]);
  });

  it('leaves the occlusion out where effects are not wanted', () => {
    const drawn = render(false);
    expect(drawn.map(({ isScreen }) => isScreen)).toEqual([false, true]);
    expect(drawn[1]!.uniforms['strength']!.value).toBe(0);
  });
});
