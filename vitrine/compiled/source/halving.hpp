// Textures at half their size.
#pragma once

#include <cmath>

#include "arrays.hpp"

namespace vitrine {

using Words = py::array_t<std::uint16_t, CONVERTED>;

// The texels (h, w, channels) of a texture with even sides, in rows of two by two, and the tables that turn their
// bytes into levels, which are averaged, and levels into bytes. A fourth channel is averaged as it is.
class TexelSquares {
  public:
    TexelSquares(const Bytes& pixels, const Words& levels, const Bytes& bytes)
        : level_(rows_of(levels, 256, 1, "levels")), byte_(rows_of(bytes, 65'536, 1, "bytes")) {
        if (pixels.ndim() != 3 || pixels.shape(0) % 2 || pixels.shape(1) % 2 || pixels.shape(2) > 4) {
            throw py::value_error("pixels must have the shape (h, w, channels), with even sides and up to 4 channels");
        }
        height = pixels.shape(0) / 2;
        width = pixels.shape(1) / 2;
        channels = static_cast<int>(pixels.shape(2));
        pixel_ = pixels.data();
    }

    py::ssize_t height, width;  // of squares
    int channels;

    // The level of a channel of texel `number` of a square: 0 and 1 are in its upper row.
    std::uint32_t level(py::ssize_t row, py::ssize_t column, int number, int channel) const {
        const py::ssize_t texel = (2 * row + number / 2) * 2 * width + 2 * column + number % 2;
        const std::uint8_t value = pixel_[texel * channels + channel];
        return channel < 3 ? level_[value] : value;
    }
    std::uint8_t byte(std::uint32_t level, int channel) const {
        return channel < 3 ? byte_[level] : static_cast<std::uint8_t>(level);
    }

  private:
    const std::uint8_t* pixel_;
    const std::uint16_t* level_;
    const std::uint8_t* byte_;
};

// The mean of each two by two texels, halves rounded up: (h / 2, w / 2, channels).
inline Bytes halve_texels(const Bytes& pixels, const Words& levels, const Bytes& bytes) {
    const TexelSquares squares(pixels, levels, bytes);
    Bytes result({squares.height, squares.width, static_cast<py::ssize_t>(squares.channels)});
    std::uint8_t* out = result.mutable_data();
    py::gil_scoped_release release;
    for (py::ssize_t row = 0; row < squares.height; ++row) {
        for (py::ssize_t column = 0; column < squares.width; ++column) {
            for (int channel = 0; channel < squares.channels; ++channel) {
                std::uint32_t sum = 2;
                for (int number = 0; number < 4; ++number) {
                    sum += squares.level(row, column, number, channel);
                }
                *out++ = squares.byte(sum / 4, channel);
            }
        }
    }
    return result;
}

// The mean of the texels in `mask` (h, w) among each two by two, halves rounded to even, and 0 where there is none:
// (h / 2, w / 2, channels); then where there is any: (h / 2, w / 2).
inline py::tuple halve_masked_texels(const Bytes& pixels, const Bools& mask, const Words& levels,
                                     const Bytes& bytes) {
    const TexelSquares squares(pixels, levels, bytes);
    const bool* used = rows_of(mask, 2 * squares.height, 2 * squares.width, "mask");
    Bytes result({squares.height, squares.width, static_cast<py::ssize_t>(squares.channels)});
    Bools covered({squares.height, squares.width});
    std::uint8_t* out = result.mutable_data();
    bool* any = covered.mutable_data();
    {
        py::gil_scoped_release release;
        for (py::ssize_t row = 0; row < squares.height; ++row) {
            for (py::ssize_t column = 0; column < squares.width; ++column) {
                const bool* upper = used + 4 * row * squares.width + 2 * column;
                const bool* lower = upper + 2 * squares.width;
                const bool counts[4] = {upper[0], upper[1], lower[0], lower[1]};
                const int count = counts[0] + counts[1] + counts[2] + counts[3];
                const float share = 1.0f / static_cast<float>(std::max(count, 1));
                *any++ = count > 0;
                for (int channel = 0; channel < squares.channels; ++channel) {
                    std::uint32_t sum = 0;
                    for (int number = 0; number < 4; ++number) {
                        sum += counts[number] ? squares.level(row, column, number, channel) : 0;
                    }
                    const float mean = std::nearbyint(static_cast<float>(sum) * share);
                    *out++ = squares.byte(static_cast<std::uint32_t>(mean), channel);
                }
            }
        }
    }
    return py::make_tuple(result, covered);
}

}  // namespace vitrine
