"""The shader: one table look-up per pixel, marks, and the words over them, in whole numbers."""

from __future__ import annotations

VERTEX = """#version 330 core
void main() {  // one triangle over everything
    vec2 corner = vec2(float((gl_VertexID & 1) * 4 - 1), float((gl_VertexID & 2) * 2 - 1));
    gl_Position = vec4(corner, 0.0, 1.0);
}
"""

FRAGMENT = """#version 330 core

uniform usampler2D values;  // stored values as bit patterns, or pixels
uniform usampler2D table;   // 256 x 256: code to pixel
uniform usampler2D marks;
uniform usampler2D layer;   // words and measurements, 0xAARRGGBB, premultiplied
uniform ivec4 place;        // left, top, columns, rows of the image
uniform int height;
uniform int has_table;
uniform int has_marks;
uniform int pixel_bits;     // of a level: 8 or 10
uniform int surface_bits;
uniform uint black;
uniform uint hidden;
uniform uint white;
out vec4 colour;

uvec3 levels_of(uint pixel, int bits) {
    uint highest = (1u << uint(bits)) - 1u;
    return uvec3(pixel >> uint(2 * bits), pixel >> uint(bits), pixel) & uvec3(highest);
}

uvec3 on_surface(uvec3 levels, int bits) {
    return bits == surface_bits ? levels : (levels << 2u) | (levels >> 6u);
}

uint marked(uint pixel, uint mark) {
    if ((mark & 1u) != 0u) pixel = black;
    if ((mark & 2u) != 0u) pixel = hidden;
    uint half_way = ((1u << uint(pixel_bits)) - 1u) << uint(pixel_bits);
    if ((mark & 4u) != 0u && (pixel & half_way) > half_way / 2u) pixel = black;
    if ((mark & 8u) != 0u) pixel = white;
    return pixel;
}

uvec3 image_at(ivec2 at) {
    ivec2 here = at - place.xy;
    if (any(lessThan(here, ivec2(0))) || any(greaterThanEqual(here, place.zw))) return uvec3(0u);
    uint pixel = texelFetch(values, here, 0).r;
    if (has_table != 0) pixel = texelFetch(table, ivec2(pixel & 255u, pixel >> 8u), 0).r;
    if (has_marks != 0) pixel = marked(pixel, texelFetch(marks, here, 0).r);
    return on_surface(levels_of(pixel, pixel_bits), pixel_bits);
}

uvec3 under(uvec3 levels, uint over) {  // divided by 255 as Qt's raster painter rounds it
    uint alpha = over >> 24u;
    if (alpha == 0u) return levels;
    uvec3 rest = levels * (255u - alpha);
    rest = (rest + (rest >> 8u) + 128u) >> 8u;
    return min(rest + on_surface(levels_of(over, 8), 8), uvec3((1u << uint(surface_bits)) - 1u));
}

void main() {
    ivec2 at = ivec2(int(gl_FragCoord.x), height - 1 - int(gl_FragCoord.y));
    uvec3 levels = under(image_at(at), texelFetch(layer, at, 0).r);
    colour = vec4(vec3(levels) / float((1 << surface_bits) - 1), 1.0);
}
"""
