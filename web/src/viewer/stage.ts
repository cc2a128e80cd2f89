import {
  Color,
  DirectionalLight,
  HemisphereLight,
  PerspectiveCamera,
  Scene,
  Vector2,
  Vector3,
  WebGLRenderer,
} from 'three';
import { OrbitControls } from 'three/addons/controls/OrbitControls.js';
import { DepthEffects, type DepthStyle } from './depth-effects.js';

const FIELD_OF_VIEW = 24;
/** Room around a molecule that fills the view. */
const MARGIN = 1.06;
const FLIGHT_MS = 350;
/** A frame slower than this while something moves leaves shading and outlines for when it rests. */
const SLOW_FRAME_MS = 50;
const REST_MS = 200;

/** Canvas, camera, lights and the loop that draws when something has changed. */
export class Stage {
  readonly scene = new Scene();
  readonly camera = new PerspectiveCamera(FIELD_OF_VIEW, 1, 1, 1000);
  readonly renderer: WebGLRenderer;
  readonly controls: OrbitControls;
  /** Called after every picture, for labels that follow the molecule. */
  onRendered: () => void = () => undefined;
  /** Called once, when the view first has a size. */
  onSized: (() => void) | undefined;
  style: DepthStyle = {
    background: new Color('#ffffff'),
    outline: new Color('#1b2430'),
    haze: 0.55,
    hasEffects: true,
  };
  readonly #effects = new DepthEffects();
  readonly #resize: ResizeObserver;
  /** Radius of what is shown, for haze and clipping. */
  #radius = 20;
  #isDirty = true;
  /** When the last picture was drawn, and whether it was a hurried one without effects. */
  #drawn = { at: 0, isPlain: false };
  #flight: { start: number; from: Vector3[]; to: Vector3[] } | null = null;

  /** @throws Error when the browser offers no WebGL 2 */
  constructor(container: HTMLElement) {
    this.renderer = new WebGLRenderer({ antialias: false, alpha: true });
    this.renderer.autoClear = true;
    this.renderer.setClearColor(0x000000, 0);
    // a browser takes the graphics card away when the machine sleeps or too many pages draw, and gives it back later
    this.renderer.domElement.addEventListener('webglcontextrestored', () => {
      this.invalidate();
    });
    container.append(this.renderer.domElement);
    this.#light();
    this.controls = new OrbitControls(this.camera, this.renderer.domElement);
    this.controls.enableDamping = true;
    this.controls.dampingFactor = 0.12;
    this.controls.zoomToCursor = true;
    this.controls.addEventListener('change', () => {
      this.invalidate();
    });
    this.controls.addEventListener('start', () => {
      this.#flight = null;
    });
    this.#resize = new ResizeObserver(() => {
      this.#fitCanvas(container);
    });
    this.#resize.observe(container);
    this.renderer.setAnimationLoop((now) => {
      this.#tick(now);
    });
  }

  /** Asks for a new picture. */
  invalidate() {
    this.#isDirty = true;
  }

  /** Turns the molecule slowly. */
  set isSpinning(isSpinning: boolean) {
    this.controls.autoRotate = isSpinning;
    this.controls.autoRotateSpeed = 1.4;
  }

  /** Looks at a sphere; flies there unless `isInstant`. */
  lookAt(centre: Vector3, radius: number, options: LookOptions = {}) {
    const { isInstant = false, direction, halfHeight = radius } = options;
    const toward = direction ?? this.camera.position.clone().sub(this.controls.target).normalize();
    const slope = Math.tan((FIELD_OF_VIEW * Math.PI) / 360);
    const [up, across] = [slope, slope * this.camera.aspect].map(Math.atan);
    const distance = MARGIN * Math.max(halfHeight / Math.sin(up!), radius / Math.sin(across!));
    const position = centre.clone().addScaledVector(toward, distance);
    if (isInstant || matchMedia('(prefers-reduced-motion: reduce)').matches) {
      this.camera.position.copy(position);
      this.controls.target.copy(centre);
      this.controls.update();
    } else
      this.#flight = {
        start: performance.now(),
        from: [this.camera.position.clone(), this.controls.target.clone()],
        to: [position, centre.clone()],
      };
    this.invalidate();
  }

  /** Largest distance of anything shown from the centre of the scene. */
  set extent(radius: number) {
    this.#radius = radius;
  }

  /** Turns the view as a drag would. @param right radians @param down radians */
  orbit(right: number, down: number) {
    const offset = this.camera.position.clone().sub(this.controls.target);
    const axis = new Vector3().crossVectors(this.camera.up, offset).normalize();
    offset.applyAxisAngle(this.camera.up, -right);
    const tilted = offset.clone().applyAxisAngle(axis, -down);
    const isOverPole = Math.abs(tilted.clone().normalize().dot(this.camera.up)) > 0.99;
    this.camera.position.copy(this.controls.target).add(isOverPole ? offset : tilted);
    this.controls.update();
  }

  /** Moves nearer (factor < 1) or away. */
  zoom(factor: number) {
    this.camera.position.sub(this.controls.target).multiplyScalar(factor).add(this.controls.target);
    this.controls.update();
  }

  /**
   * Draws now.
   *
   * @param options `size` of the picture, where it is not the canvas's own; `isPlain` leaves the effects out
   */
  render({ size, isPlain = false }: { readonly size?: Vector2; readonly isPlain?: boolean } = {}) {
    this.#isDirty = false;
    const offset = this.camera.position.length();
    this.camera.near = Math.max(0.5, offset - 1.5 * this.#radius - 10);
    this.camera.far = offset + 1.5 * this.#radius + 10;
    this.camera.updateProjectionMatrix();
    const distance = this.camera.position.distanceTo(this.controls.target);
    const pixels = size ?? this.renderer.getDrawingBufferSize(new Vector2());
    this.#effects.render(this.renderer, this.scene, this.camera, {
      size: pixels,
      extent: [distance - this.#radius, distance + this.#radius],
      style: isPlain ? { ...this.style, hasEffects: false } : this.style,
      scale: Math.max(1, pixels.y / 900),
    });
  }

  /** The picture as PNG with a transparent background. */
  async exportPng(width: number, height: number): Promise<Blob> {
    const blob = await this.#inSize(
      width,
      height,
      (canvas) =>
        new Promise<Blob | null>((resolve) => {
          canvas.toBlob(resolve, 'image/png');
        }),
    );
    if (!blob) throw new Error('The browser could not make a picture of this size.');
    return blob;
  }

  /** The same at once, as an address for an image. */
  pictureUrl(width: number, height: number): string {
    return this.#inSize(width, height, (canvas) => canvas.toDataURL('image/png'));
  }

  /** Draws in another size, for `read` to take before the browser draws again. */
  #inSize<Value>(width: number, height: number, read: (canvas: HTMLCanvasElement) => Value): Value {
    const before = this.renderer.getSize(new Vector2());
    const [ratio, { aspect }] = [this.renderer.getPixelRatio(), this.camera];
    this.renderer.setPixelRatio(1);
    this.renderer.setSize(width, height, false);
    this.camera.aspect = width / height;
    this.render({ size: new Vector2(width, height) });
    const value = read(this.renderer.domElement);
    this.renderer.setPixelRatio(ratio);
    this.renderer.setSize(before.x, before.y, false);
    this.camera.aspect = aspect;
    this.invalidate();
    return value;
  }

  dispose() {
    this.renderer.setAnimationLoop(null);
    this.#resize.disconnect();
    this.controls.dispose();
    this.#effects.dispose();
    this.renderer.dispose();
    this.renderer.domElement.remove();
  }

  #light() {
    const key = new DirectionalLight(0xffffff, 2.1);
    key.position.set(-0.6, 0.9, 1.2);
    const fill = new DirectionalLight(0xffffff, 0.5);
    fill.position.set(1, -0.2, 0.6);
    this.camera.add(key, fill);
    this.scene.add(this.camera, new HemisphereLight(0xffffff, 0xc9d3df, 1.35));
  }

  #fitCanvas(container: HTMLElement) {
    const [width, height] = [container.clientWidth, container.clientHeight];
    if (width === 0 || height === 0) return;
    this.renderer.setPixelRatio(Math.min(2, devicePixelRatio));
    this.renderer.setSize(width, height);
    this.camera.aspect = width / height;
    this.onSized?.();
    this.onSized = undefined;
    this.render();
    this.onRendered();
  }

  #tick(now: number) {
    if (this.#flight) {
      const t = Math.min(1, (now - this.#flight.start) / FLIGHT_MS);
      const share = t * t * (3 - 2 * t);
      const [from, to] = [this.#flight.from, this.#flight.to];
      this.camera.position.lerpVectors(from[0]!, to[0]!, share);
      this.controls.target.lerpVectors(from[1]!, to[1]!, share);
      if (t >= 1) this.#flight = null;
      this.#isDirty = true;
    }
    this.controls.update();
    const since = now - this.#drawn.at;
    if (!this.#isDirty && !(this.#drawn.isPlain && since > REST_MS)) return;
    const isMoving = this.#isDirty && since < REST_MS;
    const isPlain = isMoving && (this.#drawn.isPlain || since > SLOW_FRAME_MS);
    this.#drawn = { at: now, isPlain };
    this.render({ isPlain });
    this.onRendered();
  }
}

interface LookOptions {
  readonly isInstant?: boolean;
  /** Of what shall be seen, where it is flatter than the sphere. */
  readonly halfHeight?: number;
  /** From the centre to the camera; as now where absent. */
  readonly direction?: Vector3;
}
