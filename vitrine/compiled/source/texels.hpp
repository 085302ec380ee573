// Filtered lookups in mip pyramids, with the samplers of glTF 2.0 (section 5.26).
#pragma once

#include <vector>

#include "arrays.hpp"
#include "vectors.hpp"

namespace vitrine {

constexpr int MIRRORED_REPEAT = 33648, CLAMP_TO_EDGE = 33071;

// The index of a texel along an axis of `size` texels, wrapped as the sampler says.
inline std::int64_t wrapped(std::int64_t index, std::int64_t size, int mode) {
    if (mode == CLAMP_TO_EDGE) {
        return std::min(std::max<std::int64_t>(index, 0), size - 1);
    }
    const std::int64_t period = mode == MIRRORED_REPEAT ? 2 * size : size;
    if (index < 0 || index >= period) {
        index %= period;
        index += index < 0 ? period : 0;
    }
    return index < size ? index : period - 1 - index;
}

// Texel coordinates as whole numbers; those that no texture has, not numbers among them, become 0.
inline std::int64_t whole_texel(float coordinate) {
    return std::fabs(coordinate) < 1e9f ? static_cast<std::int64_t>(std::floor(coordinate)) : 0;
}

struct Level {
    const std::uint8_t* texels;
    std::int64_t height, width;
};

inline Floats sample_texels(const std::vector<Bytes>& levels, const Ints& numbers, const Floats& uvs,
                            std::pair<int, int> wrap, std::pair<bool, bool> nearest, const Floats& color_of_byte) {
    const py::ssize_t count = uvs.shape(0);
    const std::int32_t* number = rows_of(numbers, count, 1, "numbers");
    const float* uv = rows_of(uvs, count, 2, "uvs");
    const float* color = rows_of(color_of_byte, 256, 1, "color_of_byte");
    std::vector<Level> pyramid;
    for (const Bytes& level : levels) {
        if (level.ndim() != 3 || level.shape(2) != 4 || level.size() == 0) {
            throw py::value_error("levels must have the shape (height, width, 4)");
        }
        pyramid.push_back({level.data(), level.shape(0), level.shape(1)});
    }
    if (pyramid.empty()) {
        throw py::value_error("levels must not be empty");
    }
    Floats values = floats(count, 4);
    float* out = values.mutable_data();
    const auto most = static_cast<std::int32_t>(pyramid.size()) - 1;
    py::gil_scoped_release release;
    for (py::ssize_t i = 0; i < count; ++i, out += 4) {
        const Level& level = pyramid[std::min(std::max(number[i], 0), most)];
        const float x = uv[2 * i] * static_cast<float>(level.width);
        const float y = uv[2 * i + 1] * static_cast<float>(level.height);
        const auto texel = [&](std::int64_t column, std::int64_t row) {
            return level.texels + 4 * (wrapped(row, level.height, wrap.second) * level.width +
                                       wrapped(column, level.width, wrap.first));
        };
        if (number[i] > 0 ? nearest.second : nearest.first) {
            const std::uint8_t* t = texel(whole_texel(x), whole_texel(y));
            for (int k = 0; k < 3; ++k) {
                out[k] = color[t[k]];
            }
            out[3] = static_cast<float>(t[3]) / 255.0f;
            continue;
        }
        const std::int64_t column = whole_texel(x - 0.5f), row = whole_texel(y - 0.5f);
        const float fx = clamp(x - 0.5f - static_cast<float>(column), 0, 1);
        const float fy = clamp(y - 0.5f - static_cast<float>(row), 0, 1);
        const std::uint8_t *a = texel(column, row), *b = texel(column + 1, row);
        const std::uint8_t *c = texel(column, row + 1), *d = texel(column + 1, row + 1);
        const auto filtered = [&](float a, float b, float c, float d) {
            return (a * (1 - fx) + b * fx) * (1 - fy) + (c * (1 - fx) + d * fx) * fy;
        };
        for (int k = 0; k < 3; ++k) {
            out[k] = filtered(color[a[k]], color[b[k]], color[c[k]], color[d[k]]);
        }
        out[3] = filtered(a[3], b[3], c[3], d[3]) / 255.0f;
    }
    return values;
}

}  // namespace vitrine
