/** @file Shaders of `DepthEffects`. Depths are Å from the camera. */

/** Passes a rectangle that covers the screen through. */
export const FULL_SCREEN_SHADER = /* glsl */ `
varying vec2 vUv;
void main() {
  vUv = uv;
  gl_Position = vec4(position.xy, 0.0, 1.0);
}`;

const VIEW_POSITION = /* glsl */ `
uniform sampler2D depthMap;
uniform mat4 projection;
uniform mat4 unprojection;
uniform vec2 pixel;
varying vec2 vUv;

/** Where the surface seen at a point of the screen lies, in the camera's space. */
vec3 viewPosition(vec2 uv) {
  vec4 place = unprojection * vec4(vec3(uv, texture2D(depthMap, uv).r) * 2.0 - 1.0, 1.0);
  return place.xyz / place.w;
}`;

/**
 * How open each visible point is to its surroundings, 1 = fully.
 *
 * @source McGuire et al. 2011, "The Alchemy screen-space ambient obscurance algorithm"
 */
export const OCCLUSION_SHADER = /* glsl */ `
${VIEW_POSITION}
const int SAMPLES = 12;
const float RADIUS = 7.0;

void main() {
  if (texture2D(depthMap, vUv).r >= 1.0) {
    gl_FragColor = vec4(1.0);
    return;
  }
  vec3 here = viewPosition(vUv);
  // the smaller of both differences, so that edges do not bend the normal
  vec3 right = viewPosition(vUv + vec2(pixel.x, 0.0)) - here;
  vec3 left = here - viewPosition(vUv - vec2(pixel.x, 0.0));
  vec3 up = viewPosition(vUv + vec2(0.0, pixel.y)) - here;
  vec3 down = here - viewPosition(vUv - vec2(0.0, pixel.y));
  vec3 normal = normalize(cross(
    abs(right.z) < abs(left.z) ? right : left, abs(up.z) < abs(down.z) ? up : down));
  float spin = 6.2832 * fract(52.9829189 * fract(dot(gl_FragCoord.xy, vec2(0.06711056, 0.00583715))));
  vec2 reach = 0.5 * RADIUS * vec2(projection[0][0], projection[1][1]) / -here.z;
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
  gl_FragColor = vec4(vec3(open), 1.0);
}`;

/** Colour × blurred occlusion, haze with distance, and lines where something lies well behind. */
export const COMPOSITE_SHADER = /* glsl */ `
${VIEW_POSITION}
uniform sampler2D colourMap;
uniform sampler2D occlusionMap;
uniform vec3 background;
uniform vec3 outline;
uniform vec2 extent;
uniform float strength;
uniform float lineWidth;

float smoothOcclusion(float depth) {
  float sum = 0.0;
  float total = 0.0;
  for (int x = -1; x <= 1; x++)
    for (int y = -1; y <= 1; y++) {
      vec2 there = vUv + 3.0 * pixel * vec2(x, y);
      float weight = exp(-0.6 * abs(-viewPosition(there).z - depth)) + 1e-4;
      sum += weight * texture2D(occlusionMap, there).r;
      total += weight;
    }
  return sum / total;
}

/** Around this point: how much lies well in front of it, and how much is drawn at all. */
vec2 surroundings(float depth) {
  float inFront = 0.0;
  float drawn = 0.0;
  for (int i = 0; i < 8; i++) {
    float turn = 0.7853982 * float(i);
    vec2 there = vUv + lineWidth * pixel * vec2(cos(turn), sin(turn));
    inFront += smoothstep(1.2, 2.2, depth + viewPosition(there).z);
    drawn += texture2D(colourMap, there).a;
  }
  return vec2(inFront, drawn) / 8.0;
}

void main() {
  vec4 colour = texture2D(colourMap, vUv);
  float depth = -viewPosition(vUv).z;
  vec2 around = strength > 0.0 ? surroundings(depth) : vec2(0.0);
  // the silhouette follows the colour's coverage, which is smooth at edges as depth is not
  float silhouette = 0.7 * smoothstep(0.05, 0.7, around.y);
  vec3 shown = outline;
  if (colour.a > 0.004) {
    float haze = 0.55 * smoothstep(0.35, 1.0, (depth - extent.x) / (extent.y - extent.x));
    shown = colour.rgb / colour.a;
    if (colour.a > 0.996) {
      if (strength > 0.0) shown *= mix(0.28, 1.0, smoothOcclusion(depth));
      shown = mix(shown, background, haze);
      shown = mix(shown, outline, 0.7 * smoothstep(0.0, 0.5, around.x) * (1.0 - haze));
    }
  }
  float alpha = colour.a + (1.0 - colour.a) * silhouette;
  gl_FragColor = vec4(alpha > 0.0 ? mix(outline, shown, colour.a / max(alpha, 0.001)) : outline, 1.0);
  #include <colorspace_fragment>
  gl_FragColor = vec4(gl_FragColor.rgb * alpha, alpha);
}`;
