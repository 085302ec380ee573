// Which texels of an atlas triangles use.
#pragma once

#include <algorithm>
#include <cmath>

#include "arrays.hpp"
#include "mesh.hpp"

namespace vitrine {

// The signed distance in texels to the line through two points, positive on the inner side of a triangle.
struct InnerSide {
    float dx, dy, constant;

    InnerSide(const float* from, const float* to, float winding) {
        const float x = to[0] - from[0], y = to[1] - from[1];
        const float length = std::max(std::hypot(x, y), 1e-6f) * winding;
        dx = x / length;
        dy = y / length;
        constant = dx * from[1] - dy * from[0];
    }
    bool holds(float x, float y, float tolerance) const { return dx * y - dy * x >= constant - tolerance; }
};

constexpr float MOST_TEXELS = 100'000;  // along a side of an atlas

// The texels (height, width) whose centres, at whole numbers, lie in triangles or within `tolerance_px` of their
// edges, those nearest to the centroids of triangles, and those nearest to the middles between these and the corners
// of triangles that are `small_px` wide. Texels outside of the atlas count as those on its border.
inline Bools cover_texels(const Floats& positions, const Ints& triangles, int height, int width, int small_px,
                          float tolerance_px) {
    const py::ssize_t count = triangles.shape(0);
    const float* position = rows_of(positions, positions.shape(0), 2, "positions");
    const std::int32_t* corner = checked_triangles(triangles, positions.shape(0));
    if (height < 1 || width < 1) {
        throw py::value_error("an atlas has at least one texel");
    }
    for (py::ssize_t i = 0; i < 6 * count; ++i) {
        const float at = position[2 * static_cast<std::int64_t>(corner[i / 2]) + i % 2];
        if (!(std::fabs(at) <= MOST_TEXELS)) {
            throw py::value_error("triangle " + std::to_string(i / 6) + " leaves the atlas: it reaches " +
                                  std::to_string(at));
        }
    }
    Bools result({height, width});
    bool* mask = result.mutable_data();
    py::gil_scoped_release release;
    std::fill_n(mask, static_cast<std::int64_t>(height) * width, false);
    const auto mark = [&](float x, float y) {
        const auto column = static_cast<std::int64_t>(std::min(std::max(x, 0.0f), width - 1.0f));
        const auto row = static_cast<std::int64_t>(std::min(std::max(y, 0.0f), height - 1.0f));
        mask[row * width + column] = true;
    };
    const auto mark_nearest = [&](float x, float y) { mark(std::nearbyint(x), std::nearbyint(y)); };
    for (py::ssize_t i = 0; i < count; ++i) {
        const float* at[3];
        for (int k = 0; k < 3; ++k) {
            at[k] = position + 2 * static_cast<std::int64_t>(corner[3 * i + k]);
        }
        const auto [left, right] = std::minmax({at[0][0], at[1][0], at[2][0]});
        const auto [top, bottom] = std::minmax({at[0][1], at[1][1], at[2][1]});
        const float low_x = std::floor(left), low_y = std::floor(top);
        const float high_x = std::ceil(right), high_y = std::ceil(bottom);
        const float span = std::max(high_x - low_x, high_y - low_y) + 1;
        const float sum_x = at[0][0] + at[1][0] + at[2][0], sum_y = at[0][1] + at[1][1] + at[2][1];
        mark_nearest(sum_x * (1.0f / 3), sum_y * (1.0f / 3));
        for (int k = 0; k < 3 && span > small_px - 1; ++k) {
            mark_nearest((sum_x + 3 * at[k][0]) * (1.0f / 6), (sum_y + 3 * at[k][1]) * (1.0f / 6));
        }
        if (!(span > small_px)) {
            continue;
        }
        const float turn = (at[1][0] - at[0][0]) * (at[2][1] - at[0][1]) -
                           (at[1][1] - at[0][1]) * (at[2][0] - at[0][0]);
        const float winding = turn < 0 ? -1.0f : 1.0f;
        const InnerSide ab(at[0], at[1], winding), bc(at[1], at[2], winding), ca(at[2], at[0], winding);
        for (float y = low_y; y <= high_y; ++y) {
            for (float x = low_x; x <= high_x; ++x) {
                if (ab.holds(x, y, tolerance_px) && bc.holds(x, y, tolerance_px) && ca.holds(x, y, tolerance_px)) {
                    mark(x, y);
                }
            }
        }
    }
    return result;
}

}  // namespace vitrine
