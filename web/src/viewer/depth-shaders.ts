/** @file Shaders of `DepthEffects`. Depths are Å from the camera. */

/** Passes a rectangle that covers the screen through. */
export const FULL_SCREEN_SHADER = /* glsl */ `
varying vec2 vUv;
void main() {
  vUv = uv;
  gl_Position = vec4(position.xy, 0.0, 1.0);
}`;

const DEPTH = /* glsl */ `
uniform sampler2D depthMap;
uniform vec2 clip; // distances of the nearest and the farthest plane
uniform vec2 pixel;
varying vec2 vUv;

/** Distance, along the line of sight, of the surface seen at a point of the screen; nothing there: the far plane. */
float depthAt(vec2 uv) {
  return clip.x * clip.y / (clip.y - texture2D(depthMap, uv).r * (clip.y - clip.x));
}`;

/**
 * How open each visible point is to its surroundings, 1 = fully, in red; its depth between the ends of the molecule,
 * 0 to 1, in green.
 *
 * @source McGuire et al. 2011, "The Alchemy screen-space ambient obscurance algorithm"
 */
export const OCCLUSION_SHADER = /* glsl */ `
${DEPTH}
uniform vec2 slope; // of the edges of the view: half its width and height at distance 1
uniform vec2 extent;
const int SAMPLES = 10;
const float RADIUS = 7.0;

/** Where the surface seen at a point of the screen lies, in the camera's space. */
vec3 viewPosition(vec2 uv) {
  return depthAt(uv) * vec3((uv * 2.0 - 1.0) * slope, -1.0);
}

void main() {
  float depth = depthAt(vUv);
  if (depth > 0.999 * clip.y) {
    gl_FragColor = vec4(1.0);
    return;
  }
  vec3 here = depth * vec3((vUv * 2.0 - 1.0) * slope, -1.0);
  // the smaller of both differences, so that edges do not bend the normal
  vec3 right = viewPosition(vUv + vec2(pixel.x, 0.0)) - here;
  vec3 left = here - viewPosition(vUv - vec2(pixel.x, 0.0));
  vec3 up = viewPosition(vUv + vec2(0.0, pixel.y)) - here;
  vec3 down = here - viewPosition(vUv - vec2(0.0, pixel.y));
  vec3 normal = normalize(cross(
    abs(right.z) < abs(left.z) ? right : left, abs(up.z) < abs(down.z) ? up : down));
  float spin = 6.2832 * fract(52.9829189 * fract(dot(gl_FragCoord.xy, vec2(0.06711056, 0.00583715))));
  vec2 reach = 0.5 * RADIUS / (slope * depth);
  float shade = 0.0;
  for (int i = 0; i < SAMPLES; i++) {
    float share = (float(i) + 0.5) / float(SAMPLES);
    float turn = spin + 2.39996 * float(i);
    vec3 toward = viewPosition(vUv + sqrt(share) * reach * vec2(cos(turn), sin(turn))) - here;
    float squared = dot(toward, toward);
    float near = max(0.0, 1.0 - squared / (RADIUS * RADIUS));
    shade += near * max(0.0, dot(toward, normal) - 0.12) / (sqrt(squared) + 0.2);
  }
  float open = clamp(1.0 - 1.9 * shade / float(SAMPLES), 0.0, 1.0);
  gl_FragColor = vec4(open, (depth - extent.x) / (extent.y - extent.x), 0.0, 1.0);
}`;

/**
 * Colour × blurred occlusion, haze with distance, and lines where something lies well behind. Colours arrive as square
 * roots, see `residueMaterial`, so that eight bits are enough for dark ones.
 */
export const COMPOSITE_SHADER = /* glsl */ `
${DEPTH}
uniform sampler2D colourMap;
uniform sampler2D occlusionMap;
uniform vec3 background;
uniform vec3 outline;
uniform float haze;
uniform vec2 extent;
uniform float strength;
uniform float lineWidth;
const int AROUND = 8;

vec2 around(int i) {
  float turn = 0.7853982 * float(i);
  return vUv + lineWidth * pixel * vec2(cos(turn), sin(turn));
}

float smoothOcclusion(float distant) {
  vec2 sum = vec2(0.0);
  for (int i = 0; i < 5; i++) {
    float turn = 0.7853982 + 1.5707963 * float(i);
    vec2 there = texture2D(
      occlusionMap, i == 4 ? vUv : vUv + 4.0 * pixel * vec2(cos(turn), sin(turn))).rg;
    float weight = exp(-0.6 * (extent.y - extent.x) * abs(there.g - distant)) + 1e-4;
    sum += weight * vec2(there.r, 1.0);
  }
  return sum.x / sum.y;
}

/** How much of what lies around a point is well in front of it. */
float inFront(float depth) {
  float sum = 0.0;
  for (int i = 0; i < AROUND; i++) sum += smoothstep(1.2, 2.2, depth - depthAt(around(i)));
  return sum / float(AROUND);
}

/** How much of what lies around a point is drawn at all: coverage is smooth at edges, as depth is not. */
float drawnAround() {
  float sum = 0.0;
  for (int i = 0; i < AROUND; i += 2) sum += texture2D(colourMap, around(i)).a;
  if (sum == 0.0) return 0.0;
  for (int i = 1; i < AROUND; i += 2) sum += texture2D(colourMap, around(i)).a;
  return sum / float(AROUND);
}

vec3 shaded(vec3 colour) {
  float depth = depthAt(vUv);
  float distant = (depth - extent.x) / (extent.y - extent.x);
  float faded = haze * smoothstep(0.35, 1.0, distant);
  if (strength == 0.0) return mix(colour, background, faded);
  vec3 shown = mix(colour * mix(0.28, 1.0, smoothOcclusion(distant)), background, faded);
  return mix(shown, outline, 0.7 * smoothstep(0.0, 0.5, inFront(depth)) * (1.0 - faded));
}

void main() {
  vec4 colour = texture2D(colourMap, vUv);
  bool isCovered = colour.a > 0.996;
  float silhouette = strength > 0.0 && !isCovered ? 0.7 * smoothstep(0.05, 0.7, drawnAround()) : 0.0;
  float alpha = colour.a + (1.0 - colour.a) * silhouette;
  if (alpha == 0.0) {
    gl_FragColor = vec4(0.0);
    return;
  }
  vec3 root = colour.rgb / max(colour.a, 0.001);
  vec3 shown = isCovered ? shaded(root * root) : root * root;
  gl_FragColor = vec4(mix(outline, shown, colour.a / alpha), 1.0);
  #include <colorspace_fragment>
  gl_FragColor = vec4(gl_FragColor.rgb * alpha, alpha);
}`;
